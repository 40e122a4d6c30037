{{- define "cps.peers" -}}
{{- range . }}
{{- if .cidr }}
- ipBlock: { cidr: {{ .cidr | quote }} }
{{- else }}
- {{- if .namespaceLabels }}
  namespaceSelector:
    matchLabels: {{- toYaml .namespaceLabels | nindent 6 }}
  {{- end }}
  {{- if .podLabels }}
  podSelector:
    matchLabels: {{- toYaml .podLabels | nindent 6 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The ports of one of kafka, registry, mongodb and dns, comma-separated: of (list $ <which>). */}}
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
{{- $url := urlParse $root.Values.config.SCHEMA_REGISTRY_URL -}}
{{- $own := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $ports = list ($own | default (ternary "443" "80" (eq $url.scheme "https"))) -}}
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
