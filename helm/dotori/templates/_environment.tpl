{{/*
The environment of a service: what is no secret comes from its ConfigMap, what is one by reference.
*/}}

{{- define "dotori.mysqlUrl" -}}
{{- $root := index . 0 -}}
{{- $service := index . 1 -}}
{{- $host := (get $root.Values.services $service).mysql.host | default $root.Values.mysql.host -}}
{{- if $root.Values.local.enabled }}{{ $host = printf "%s-mysql" $root.Release.Name }}{{ end -}}
{{- $schema := (get (include "dotori.services" $root | fromYaml) $service).schema -}}
{{- $parameters := list $root.Values.mysql.parameters -}}
{{- if $root.Values.mysql.trustedCertificates -}}
{{- $parameters = append $parameters (printf "trustCertificateKeyStoreType=PEM&trustCertificateKeyStoreUrl=file:%s" (include "dotori.trustedFile" "mysql")) -}}
{{- end -}}
jdbc:mysql://{{ required "mysql.host is required: where MySQL is, unless local.enabled" $host }}:{{ $root.Values.mysql.port }}/{{ $schema }}{{ with compact $parameters }}?{{ join "&" . }}{{ end }}
{{- end }}

{{/* host:port of each Redis node, as a JSON list under `addresses`. */}}
{{- define "dotori.redisAddresses" -}}
{{- $addresses := .Values.redis.addresses -}}
{{- if .Values.local.enabled }}{{ $addresses = list (printf "%s-redis:6379" .Release.Name) }}{{ end -}}
{{- if not $addresses }}{{ fail "redis.addresses is required: where Redis is, unless local.enabled" }}{{ end -}}
addresses: {{ toJson $addresses }}
{{- end }}

{{/* The user is the service; the password is put in by the kubelet. */}}
{{- define "dotori.redisHosts" -}}
{{- $root := index . 0 -}}
{{- $service := index . 1 -}}
{{- $scheme := ternary "rediss" "redis" $root.Values.redis.tls -}}
{{- $hosts := list -}}
{{- range (include "dotori.redisAddresses" $root | fromYaml).addresses -}}
{{- $hosts = append $hosts (printf "%s://%s:$(REDIS_PASSWORD)@%s" $scheme $service .) -}}
{{- end -}}
{{ join "," $hosts }}
{{- end }}

{{/* One variable out of a Secret: (list $ "points" "REDIS_PASSWORD" "redis-password"). */}}
{{- define "dotori.secretVariable" -}}
- name: {{ index . 2 }}
  valueFrom:
    secretKeyRef:
      name: {{ include "dotori.secret" (list (index . 0) (index . 1)) }}
      key: {{ index . 3 }}
{{- end }}

{{/* As the former, for what a service starts without. */}}
{{- define "dotori.optionalSecretVariable" -}}
{{ include "dotori.secretVariable" . }}
      optional: true
{{- end }}

{{/* What a service's ConfigMap holds. */}}
{{- define "dotori.config" -}}
{{- $root := index . 0 -}}
{{- $service := index . 1 -}}
{{- $values := $root.Values -}}
{{- $services := include "dotori.services" $root | fromYaml -}}
{{- $facts := get $services $service -}}
QUARKUS_HTTP_PORT: "8080"
QUARKUS_MANAGEMENT_PORT: "9000"
QUARKUS_SHUTDOWN_TIMEOUT: {{ printf "%ds" (int $values.pod.drainSeconds) }}
QUARKUS_LOG_LEVEL: {{ $values.logs.level }}
QUARKUS_LOG_CONSOLE_JSON_ENABLED: {{ $values.logs.json | quote }}
DOTORI_ISSUER: {{ required "publicUrl is required: where clients reach the gateway" $values.publicUrl }}
{{- range (prepend ($facts.calls | default list) "members" | uniq) }}
DOTORI_{{ . | upper | replace "-" "_" }}_URL: http://{{ $root.Release.Name }}-{{ . }}:8080
{{- end }}
QUARKUS_REDIS_CLIENT_TYPE: {{ $values.redis.clientType }}
{{- with $values.redis.masterName }}
QUARKUS_REDIS_MASTER_NAME: {{ . }}
{{- end }}
{{- if $values.redis.tls }}
# Without it the certificate's name would count for nothing.
QUARKUS_REDIS_TLS_CONFIGURATION_NAME: redis
{{- end }}
{{- if $values.redis.trustedCertificates }}
QUARKUS_TLS_REDIS_TRUST_STORE_PEM_CERTS: {{ include "dotori.trustedFile" "redis" }}
{{- end }}
{{- if ne $service "gateway" }}
MP_MESSAGING_CONNECTOR_SMALLRYE_REDIS_STREAMS_SHUTDOWN_TIMEOUT: {{ printf "%ds" (int $values.pod.drainSeconds) }}
{{- end }}
{{- if $facts.schema }}
QUARKUS_DATASOURCE_JDBC_URL: {{ include "dotori.mysqlUrl" (list $root $service) }}
# Migrations are the Job's.
QUARKUS_FLYWAY_MIGRATE_AT_START: "false"
{{- end }}
{{- if $facts.leader }}
# Without either, every process does it, which media's conditional writes make safe.
DOTORI_LEADERSHIP_BY: {{ ternary "kubernetes" (ternary "mysql" "none" (hasKey $facts "schema")) $values.leaderElection.enabled }}
DOTORI_LEADERSHIP_LEASE: {{ $root.Release.Name }}-{{ $service }}
{{- end }}
{{- with $values.tracing.endpoint }}
QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT: {{ . }}
QUARKUS_OTEL_TRACES_SAMPLER_ARG: {{ $values.tracing.ratio | quote }}
{{- end }}
{{- if eq $service "gateway" }}
DOTORI_OPS_PLATFORM: {{ ternary "kubernetes" "none" $values.ops.enabled }}
DOTORI_OPS_RELEASE: {{ $root.Release.Name }}
# Its Role lets it get Deployments by name, not list them.
DOTORI_OPS_WORKLOADS: {{ include "dotori.workloads" $root | fromYaml | keys | sortAlpha | join "," }}
{{- with $values.gatewayService.trustedProxies }}
QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING: "true"
QUARKUS_HTTP_PROXY_ALLOW_X_FORWARDED: "true"
QUARKUS_HTTP_PROXY_TRUSTED_PROXIES: {{ join "," . }}
{{- end }}
{{- end }}
{{- if eq $service "members" }}
{{- with $values.mail }}
{{- if .host }}
QUARKUS_MAILER_HOST: {{ .host }}
QUARKUS_MAILER_PORT: {{ .port | quote }}
QUARKUS_MAILER_FROM: {{ .from }}
{{- with .username }}
QUARKUS_MAILER_USERNAME: {{ . }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- if eq $service "media" }}
DOTORI_MEDIA_BUCKET: {{ $values.s3.bucket }}
QUARKUS_S3_AWS_REGION: {{ $values.s3.region }}
QUARKUS_S3_PATH_STYLE_ACCESS: {{ $values.s3.pathStyle | quote }}
QUARKUS_S3_AWS_CREDENTIALS_TYPE: {{ $values.s3.credentials }}
{{- with ternary (printf "http://%s-s3:8080" $root.Release.Name) $values.s3.endpoint $values.local.enabled }}
QUARKUS_S3_ENDPOINT_OVERRIDE: {{ . }}
{{- end }}
{{- with $values.s3.publicEndpoint }}
DOTORI_MEDIA_PUBLIC_ENDPOINT: {{ . }}
{{- end }}
{{- if $values.s3.trustedCertificates }}
QUARKUS_S3_SYNC_CLIENT_TLS_TRUST_MANAGERS_PROVIDER_TYPE: file-store
QUARKUS_S3_SYNC_CLIENT_TLS_TRUST_MANAGERS_PROVIDER_FILE_STORE_PATH: {{ include "dotori.trustedFile" "s3" }}
{{- end }}
{{- end }}
{{- if eq $service "social-share" }}
# To which the networks send a member back.
DOTORI_GATEWAY_URL: {{ $values.publicUrl }}
{{- end }}
{{- if and $values.local.enabled (has $service (list "members" "social-share")) }}
{{- include "dotori.sandboxConfig" (list $root $service) | nindent 0 }}
{{- end }}
{{- end }}

{{/* Variables of a service's Secret. */}}
{{- define "dotori.secretEnvironment" -}}
{{- $root := index . 0 -}}
{{- $service := index . 1 -}}
{{- $services := include "dotori.services" $root | fromYaml -}}
{{- $facts := get $services $service -}}
{{ include "dotori.secretVariable" (list $root $service "REDIS_PASSWORD" "redis-password") }}
- name: QUARKUS_REDIS_HOSTS
  value: {{ include "dotori.redisHosts" (list $root $service) }}
{{- if $facts.schema }}
- name: QUARKUS_DATASOURCE_USERNAME
  value: {{ (get $root.Values.services $service).mysql.username }}
{{ include "dotori.secretVariable" (list $root $service "QUARKUS_DATASOURCE_PASSWORD" "mysql-password") }}
{{- end }}
{{- if $facts.proves }}
{{ include "dotori.secretVariable" (list $root $service "DOTORI_SERVICE_SECRET" "service-secret") }}
{{- end }}
{{- if eq $service "members" }}
{{ include "dotori.secretVariable" (list $root $service "DOTORI_MEMBERS_KEY_ENCRYPTION_KEY" "key-encryption-key") }}
{{ include "dotori.secretVariable" (list $root $service "DOTORI_MEMBERS_OPERATOR_CLIENT_SECRET" "operator-client-secret") }}
{{- if $root.Values.mail.username }}
{{ include "dotori.secretVariable" (list $root $service "QUARKUS_MAILER_PASSWORD" "smtp-password") }}
{{- end }}
{{- range $other, $its := $services }}
{{- if $its.proves }}
{{ include "dotori.secretVariable" (list $root $other (printf "DOTORI_MEMBERS_SERVICE_SECRETS_%s" ($other | upper | replace "-" "_")) "service-secret") }}
{{- end }}
{{- end }}
{{- end }}
{{- if eq $service "social-share" }}
{{ include "dotori.secretVariable" (list $root $service "DOTORI_SOCIAL_SHARE_TOKEN_ENCRYPTION_KEY" "token-encryption-key") }}
{{- if not $root.Values.local.enabled }}
{{ include "dotori.optionalSecretVariable" (list $root $service "DOTORI_SOCIAL_SHARE_FACEBOOK_CLIENT_SECRET" "facebook-client-secret") }}
{{ include "dotori.optionalSecretVariable" (list $root $service "DOTORI_SOCIAL_SHARE_X_CLIENT_SECRET" "x-client-secret") }}
{{- end }}
{{- end }}
{{- if and (eq $service "media") (eq $root.Values.s3.credentials "static") }}
{{ include "dotori.secretVariable" (list $root $service "QUARKUS_S3_AWS_CREDENTIALS_STATIC_PROVIDER_ACCESS_KEY_ID" "s3-access-key") }}
{{ include "dotori.secretVariable" (list $root $service "QUARKUS_S3_AWS_CREDENTIALS_STATIC_PROVIDER_SECRET_ACCESS_KEY" "s3-secret-key") }}
{{- end }}
{{- range $variable, $key := (get $root.Values.services $service).secretConfig }}
{{ include "dotori.secretVariable" (list $root $service $variable $key) }}
{{- end }}
{{- end }}

{{/* While Redis is away an API goes on: its events wait in the outbox. A worker has nothing else to do. */}}
{{- define "dotori.apiEnvironment" -}}
- name: MP_MESSAGING_CONNECTOR_SMALLRYE_REDIS_STREAMS_HEALTH_READINESS_ENABLED
  value: "false"
{{- end }}

{{/* What an API's process leaves to the workers. */}}
{{- define "dotori.apiOnlyEnvironment" -}}
{{- $root := index . 0 -}}
{{- $service := index . 1 -}}
{{- range $channel, $_ := (get (include "dotori.services" $root | fromYaml) $service).channels }}
- name: MP_MESSAGING_INCOMING_{{ $channel | upper | replace "-" "_" }}_ENABLED
  value: "false"
{{- end }}
- name: DOTORI_LEADERSHIP_CANDIDATE
  value: "false"
{{- if eq $service "social-share" }}
- name: DOTORI_SOCIAL_SHARE_DISPATCH_ENABLED
  value: "false"
{{- end }}
{{- end }}
