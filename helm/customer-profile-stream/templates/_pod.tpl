{{/* What every pod of ours has in its spec. */}}
{{- define "cps.podBasics" -}}
automountServiceAccountToken: false
# Variables of the namespace's services, such as KAFKA_PORT, would stand among the settings.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  {{- with .Values.runAsUser }}
  runAsUser: {{ int64 . }}
  runAsGroup: {{ int64 . }}
  fsGroup: {{ int64 . }}
  {{- end }}
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "cps.containerBasics" -}}
image: {{ include "cps.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end -}}

{{- define "cps.jobResources" -}}
resources:
  requests: { cpu: 50m, memory: 128Mi, ephemeral-storage: 64Mi }
  limits: { memory: 384Mi, ephemeral-storage: 256Mi }
{{- end -}}
