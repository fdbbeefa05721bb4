{{/* The sandbox in place of mail server and networks; the apps that it knows are in docs/sandbox.md. */}}
{{- define "dotori.sandboxConfig" -}}
{{- $root := index . 0 -}}
{{- $service := index . 1 -}}
{{- $sandbox := printf "http://%s-sandbox:8090" $root.Release.Name -}}
{{- if eq $service "members" }}
DOTORI_SANDBOX_URL: {{ $sandbox }}
{{- end }}
{{- if eq $service "social-share" }}
DOTORI_SOCIAL_SHARE_RETURN_TO_ALLOWED: {{ $root.Values.publicUrl }}/
{{- range $network := list "facebook" "x" }}
{{- $prefix := printf "DOTORI_SOCIAL_SHARE_%s" (upper $network) }}
{{ $prefix }}_CLIENT_ID: sandbox-{{ $network }}-app
{{ $prefix }}_CLIENT_SECRET: sandbox-{{ $network }}-secret
{{ $prefix }}_API_BASE_URL: {{ $sandbox }}
{{ $prefix }}_DIALOG_BASE_URL: {{ $root.Values.local.sandboxUrl }}
{{- end }}
{{- end }}
{{- end }}

{{/* Where a store listens. */}}
{{- define "dotori.localPort" -}}
{{ get (dict "mysql" 3306 "redis" 6379 "s3" 8080 "sandbox" 8090) . }}
{{- end }}

{{/* A store's Service: (list $ "mysql"). */}}
{{- define "dotori.localService" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "dotori.metadata" (list (index . 0) (index . 1)) | nindent 2 }}
spec:
  selector:
    {{- include "dotori.podSelector" (list (index . 0) (index . 1)) | nindent 4 }}
  ports:
    - {name: {{ index . 1 }}, port: {{ include "dotori.localPort" (index . 1) }}, targetPort: {{ index . 1 }}}
{{- end }}

{{/* Head of a store's StatefulSet, up to its pod: (list $ "mysql"). */}}
{{- define "dotori.localStore" -}}
replicas: 1
serviceName: {{ (index . 0).Release.Name }}-{{ index . 1 }}
selector:
  matchLabels:
    {{- include "dotori.podSelector" . | nindent 4 }}
volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      {{- with (index . 0).Values.local.storageClassName }}
      storageClassName: {{ . }}
      {{- end }}
      resources: {requests: {storage: {{ (index . 0).Values.local.size }}}}
{{- end }}

{{/* Probes of a store by its port, and room for a cold disk. */}}
{{- define "dotori.localProbes" -}}
startupProbe: {tcpSocket: {port: {{ . }}}, periodSeconds: 2, failureThreshold: 150}
livenessProbe: {tcpSocket: {port: {{ . }}}, periodSeconds: 10, failureThreshold: 6}
readinessProbe: {tcpSocket: {port: {{ . }}}, periodSeconds: 5}
{{- end }}
