{{- define "cps.port" -}}
{{- .Values.config.HTTP_PORT | default 8080 | int -}}
{{- end -}}

{{/* Numbers of values files are floats, which would be written as 1.6e+07. */}}
{{- define "cps.text" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . | toString }}{{ end -}}
{{- end -}}

{{/* The settings that are not secret, one a line. */}}
{{- define "cps.config" -}}
{{- range $name, $value := .Values.config }}
{{ $name }}: {{ include "cps.text" $value | quote }}
{{- end }}
{{- end -}}

{{/* Variables that name files: of (dict "root" $ "secrets" <names> "files" <bool>). */}}
{{- define "cps.fileVariables" -}}
{{- range .secrets }}
- name: {{ . }}_FILE
  value: /etc/customer-profile/secrets/{{ . }}
{{- end }}
{{- if .files }}
{{- range $name, $content := .root.Values.files }}
- name: {{ $name }}
  value: /etc/customer-profile/files/{{ $name }}.json
{{- end }}
{{- end }}
{{- if .root.Values.trustedAuthorities.configMap }}
- name: NODE_EXTRA_CA_CERTS
  value: /etc/customer-profile/authorities/ca.crt
{{- end }}
{{- end -}}

{{- define "cps.mounts" -}}
{{- if .secrets }}
- { name: secrets, mountPath: /etc/customer-profile/secrets, readOnly: true }
{{- end }}
{{- if and .files .root.Values.files }}
- { name: files, mountPath: /etc/customer-profile/files, readOnly: true }
{{- end }}
{{- if .root.Values.trustedAuthorities.configMap }}
- { name: authorities, mountPath: /etc/customer-profile/authorities, readOnly: true }
{{- end }}
{{- end -}}

{{- define "cps.volumes" -}}
{{- $values := .root.Values }}
{{- if .secrets }}
- name: secrets
  projected:
    # Only the platform knows the group where it assigns the user.
    defaultMode: {{ ternary "0440" "0444" (not (empty $values.runAsUser)) }}
    sources:
      {{- range $setting := .secrets }}
      {{- with index $values.secrets $setting }}
      - secret:
          name: {{ .name }}
          items: [{ key: {{ .key | quote }}, path: {{ $setting }} }]
      {{- end }}
      {{- end }}
{{- end }}
{{- if and .files $values.files }}
- name: files
  configMap:
    name: {{ include "cps.fullname" .root }}-files
{{- end }}
{{- with $values.trustedAuthorities }}
{{- if .configMap }}
- name: authorities
  configMap:
    name: {{ .configMap }}
    items: [{ key: {{ .key | quote }}, path: ca.crt }]
{{- end }}
{{- end }}
{{- end -}}

{{/* What the command topics needs of the secrets, as a comma-separated list. */}}
{{- define "cps.topicSecrets" -}}
{{- $names := list -}}
{{- $needed := list "KAFKA_SASL_PASSWORD" "KAFKA_SASL_OAUTH_CLIENT_SECRET" "KAFKA_SSL_CERT" "KAFKA_SSL_KEY" "SCHEMA_REGISTRY_PASSWORD" -}}
{{- range $needed -}}
{{- if hasKey $.Values.secrets . -}}{{- $names = append $names . -}}{{- end -}}
{{- end -}}
{{- join "," $names -}}
{{- end -}}

{{/* The topics a member reads, as a comma-separated list: what is rekeyed is read once more, by customer. */}}
{{- define "cps.inputTopics" -}}
{{- $prefix := include "cps.text" (.Values.config.TOPIC_PREFIX | default "") -}}
{{- $rekeyed := .Values.config.REKEYED_INPUTS | default "none" | nospace | splitList "," -}}
{{- $topics := list -}}
{{- range list "order-finalized" "contract-signed" "privacy-requested" "profile-command" "customer-link" -}}
{{- $topics = append $topics (print $prefix .) -}}
{{- if has . $rekeyed -}}{{- $topics = append $topics (print $prefix . ".by-customer") -}}{{- end -}}
{{- end -}}
{{- join "," $topics -}}
{{- end -}}
