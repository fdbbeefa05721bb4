{{/*
What is in each Secret: its keys, and what is made for them in a local release. `password` is letters and
digits, as it stands in URLs and SQL; `key` is base64 of 32 bytes; anything else is itself.
*/}}
{{- define "dotori.secrets" -}}
{{- $root := . -}}
{{- range $service, $facts := include "dotori.services" . | fromYaml }}
{{ $service }}:
  redis-password: password
  {{- if $facts.schema }}
  mysql-password: password
  {{- end }}
  {{- if $facts.proves }}
  service-secret: password
  {{- end }}
  {{- if eq $service "members" }}
  key-encryption-key: key
  operator-client-secret: password
  {{- end }}
  {{- if eq $service "social-share" }}
  token-encryption-key: key
  {{- end }}
  {{- if eq $service "media" }}
  s3-access-key: password
  s3-secret-key: password
  {{- end }}
{{- if $facts.schema }}
{{ $service }}-migration:
  mysql-password: password
{{- end }}
{{- end }}
{{- if .Values.autoscaling.keda.enabled }}
keda:
  redis-username: keda
  redis-password: password
{{- end }}
{{- end }}
