{{- define "cps.peers" -}}
{{- range . }}
{{- if .cidr }}
- ipBlock: { cidr: {{ .cidr | quote }} }
{{- else }}
- {{- if hasKey . "namespaceLabels" }}
  namespaceSelector:
    matchLabels: {{- toYaml .namespaceLabels | nindent 6 }}
  {{- end }}
  {{- if hasKey . "podLabels" }}
  podSelector:
    matchLabels: {{- toYaml .podLabels | nindent 6 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Of an http or https address. */}}
{{- define "cps.portOf" -}}
{{- $url := urlParse . -}}
{{- $own := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $own | default (ternary "443" "80" (eq $url.scheme "https")) -}}
{{- end -}}

{{/* The address of the collector of traces; empty where there is none. */}}
{{- define "cps.collector" -}}
{{- if ne (toString .Values.config.OTEL_SDK_DISABLED) "true" -}}
{{- .Values.config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT | default .Values.config.OTEL_EXPORTER_OTLP_ENDPOINT | default "" -}}
{{- end -}}
{{- end -}}

{{/* What members reach, as a comma-separated list. */}}
{{- define "cps.reached" -}}
{{- $names := list "kafka" "registry" "mongodb" "dns" -}}
{{- if .Values.config.KAFKA_SASL_OAUTH_TOKEN_URL -}}{{- $names = append $names "tokens" -}}{{- end -}}
{{- if include "cps.collector" . -}}{{- $names = append $names "tracing" -}}{{- end -}}
{{- join "," $names -}}
{{- end -}}

{{/* The ports of one of kafka, registry, mongodb, tokens, tracing and dns, comma-separated: of (list $ <which>). */}}
{{- define "cps.ports" -}}
{{- $root := index . 0 -}}
{{- $which := index . 1 -}}
{{- $ports := list -}}
{{- range (index $root.Values.networkPolicy $which).ports -}}{{- $ports = append $ports (int .) -}}{{- end -}}
{{- if and (not $ports) (eq $which "kafka") -}}
{{- range splitList "," $root.Values.config.KAFKA_BROKERS -}}
{{- $ports = append $ports (regexFind "[0-9]+$" (trim .)) -}}
{{- end -}}
{{- else if and (not $ports) (eq $which "registry") -}}
{{- $ports = list (include "cps.portOf" $root.Values.config.SCHEMA_REGISTRY_URL) -}}
{{- else if and (not $ports) (eq $which "tokens") -}}
{{- $ports = list (include "cps.portOf" $root.Values.config.KAFKA_SASL_OAUTH_TOKEN_URL) -}}
{{- else if and (not $ports) (eq $which "tracing") -}}
{{- $ports = list (include "cps.portOf" (include "cps.collector" $root)) -}}
{{- end -}}
{{- join "," ($ports | uniq) -}}
{{- end -}}

{{/* One rule for each: of (list $ <names>). */}}
{{- define "cps.egress" -}}
{{- $root := index . 0 -}}
{{- range $which := index . 1 }}
- ports:
    {{- range include "cps.ports" (list $root $which) | splitList "," }}
    - { port: {{ . }}, protocol: TCP }
    {{- if eq $which "dns" }}
    - { port: {{ . }}, protocol: UDP }
    {{- end }}
    {{- end }}
  {{- with (index $root.Values.networkPolicy $which).to }}
  to: {{- include "cps.peers" . | trim | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}
