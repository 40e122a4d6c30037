{{/* How KEDA presents itself to the brokers: as members do. Empty where they ask for nothing. */}}
{{- define "cps.scalerAuthentication" -}}
{{- $config := .Values.config -}}
{{- $secrets := .Values.secrets -}}
{{- $parameters := dict "cert" "KAFKA_SSL_CERT" "key" "KAFKA_SSL_KEY" -}}
{{- if eq (toString $config.KAFKA_SASL_MECHANISM) "oauthbearer" -}}
{{- $parameters = merge $parameters (dict
  "username" "KAFKA_SASL_OAUTH_CLIENT_ID"
  "password" "KAFKA_SASL_OAUTH_CLIENT_SECRET"
  "oauthTokenEndpointUri" "KAFKA_SASL_OAUTH_TOKEN_URL"
  "scopes" "KAFKA_SASL_OAUTH_SCOPE") -}}
{{- else if $config.KAFKA_SASL_MECHANISM -}}
{{- $parameters = merge $parameters (dict "username" "KAFKA_SASL_USERNAME" "password" "KAFKA_SASL_PASSWORD") -}}
{{- end -}}
{{- $variables := list -}}
{{- $keys := list -}}
{{- range $parameter, $name := $parameters -}}
{{- if index $config $name -}}
{{- $variables = append $variables (dict "parameter" $parameter "name" $name "containerName" "member") -}}
{{- end -}}
{{- with index $secrets $name -}}
{{- $keys = append $keys (dict "parameter" $parameter "name" .name "key" .key) -}}
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
