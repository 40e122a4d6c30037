{{/* How KEDA presents itself to the brokers: as members do. Empty where they ask for nothing. */}}
{{- define "cps.scalerAuthentication" -}}
{{- $config := .Values.config -}}
{{- $secrets := .Values.secrets -}}
{{- $parameters := dict
  "username" (list "KAFKA_SASL_USERNAME" "KAFKA_SASL_OAUTH_CLIENT_ID")
  "oauthTokenEndpointUri" (list "KAFKA_SASL_OAUTH_TOKEN_URL")
  "scopes" (list "KAFKA_SASL_OAUTH_SCOPE")
  "password" (list "KAFKA_SASL_PASSWORD" "KAFKA_SASL_OAUTH_CLIENT_SECRET")
  "cert" (list "KAFKA_SSL_CERT")
  "key" (list "KAFKA_SSL_KEY") -}}
{{- $variables := list -}}
{{- $keys := list -}}
{{- range $parameter, $names := $parameters -}}
{{- range $name := $names -}}
{{- if index $config $name -}}
{{- $variables = append $variables (dict "parameter" $parameter "name" $name "containerName" "member") -}}
{{- end -}}
{{- with index $secrets $name -}}
{{- $keys = append $keys (dict "parameter" $parameter "name" .name "key" .key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $spec := dict -}}
{{- with $variables -}}{{- $_ := set $spec "env" . -}}{{- end -}}
{{- with $keys -}}{{- $_ := set $spec "secretTargetRef" . -}}{{- end -}}
{{- with .Values.trustedAuthorities -}}
{{- if and .configMap (eq (toString $config.KAFKA_SSL) "true") -}}
{{- $_ := set $spec "configMapTargetRef" (list (dict "parameter" "ca" "name" .configMap "key" .key)) -}}
{{- end -}}
{{- end -}}
{{- with $spec -}}{{- toYaml . -}}{{- end -}}
{{- end -}}
