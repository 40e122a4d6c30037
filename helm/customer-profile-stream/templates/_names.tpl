{{- define "cps.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "cps.fullname" -}}
{{- $name := include "cps.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The name of a CronJob has 52 characters at the most: eleven more are for its jobs. */}}
{{- define "cps.retentionName" -}}
{{- include "cps.fullname" . | trunc 42 | trimSuffix "-" -}}-retention
{{- end -}}

{{/* What every pod of the release has, the jobs included. */}}
{{- define "cps.releaseLabels" -}}
app.kubernetes.io/name: {{ include "cps.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "cps.memberLabels" -}}
{{ include "cps.releaseLabels" . }}
app.kubernetes.io/component: member
{{- end -}}

{{- define "cps.labels" -}}
{{ include "cps.releaseLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{- end -}}

{{- define "cps.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- include "cps.fullname" . -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "cps.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}
