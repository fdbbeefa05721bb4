{{/* What Pod Security `restricted` asks of a pod. */}}
{{- define "dotori.podSecurityContext" -}}
runAsNonRoot: true
{{- with .Values.pod.runAsUser }}
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
{{- end }}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* And of a container, with a root that can't be written to. */}}
{{- define "dotori.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* What every pod of the release has, beside its containers. */}}
{{- define "dotori.podBasics" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  {{- include "dotori.podSecurityContext" . | nindent 2 }}
enableServiceLinks: false
{{- with .Values.pod.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .Values.pod.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- with .Values.pod.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{/* Where a pod finds the authorities to trust for a server: mysql, redis or s3. */}}
{{- define "dotori.trustedFile" -}}
/etc/dotori/trusted/{{ . }}/ca.crt
{{- end }}

{{/* Mounts of those that a pod needs: (list $ (list "mysql" "redis")). */}}
{{- define "dotori.trustedMounts" -}}
{{- $root := index . 0 -}}
{{- range index . 1 }}
{{- if dig . "trustedCertificates" "" $root.Values.AsMap }}
- {name: trusted-{{ . }}, mountPath: {{ include "dotori.trustedFile" . | dir }}, readOnly: true}
{{- end }}
{{- end }}
{{- end }}

{{/* And their volumes. */}}
{{- define "dotori.trustedVolumes" -}}
{{- $root := index . 0 -}}
{{- range $server := index . 1 }}
{{- with dig $server "trustedCertificates" "" $root.Values.AsMap }}
- {name: trusted-{{ $server }}, configMap: {name: {{ . }}}}
{{- end }}
{{- end }}
{{- end }}

{{/* Replicas of one kind over zones and nodes; a rollout's old ones don't count. */}}
{{- define "dotori.topologySpread" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- range $root.Values.topologySpread }}
- maxSkew: 1
  topologyKey: {{ .topologyKey }}
  whenUnsatisfiable: {{ .whenUnsatisfiable }}
  labelSelector:
    matchLabels:
      {{- include "dotori.podSelector" (list $root $name) | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}

{{/*
Startup has half a minute beside the 2 minutes that it waits for a schema, so that it can say what is
missing; liveness never fails because MySQL or Redis is away.
*/}}
{{- define "dotori.probes" -}}
startupProbe:
  httpGet: {path: /q/health/started, port: management}
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: 150
livenessProbe:
  httpGet: {path: /q/health/live, port: management}
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /q/health/ready, port: management}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- end }}
