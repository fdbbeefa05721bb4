{{/* What the code is; see services.yaml. */}}
{{- define "dotori.services" -}}
{{ .Files.Get "services.yaml" }}
{{- end }}

{{/*
Every kind of pod that runs a service: name to service, role (api or worker), whether it consumes, its
settings, and what scales it (hpa, keda or none).
*/}}
{{- define "dotori.workloads" -}}
{{- $root := . -}}
{{- range $service, $facts := include "dotori.services" . | fromYaml }}
{{- $settings := get $root.Values.services $service }}
{{- $separate := dig "worker" "enabled" false $settings }}
{{ $service }}:
  service: {{ $service }}
  role: api
  consumes: {{ not $separate }}
  scaler: {{ ternary "hpa" "none" $root.Values.autoscaling.hpa.enabled }}
  leads: {{ and ($facts.leader | default false) (not $separate) $root.Values.leaderElection.enabled }}
  ops: {{ and ($facts.ops | default false) $root.Values.ops.enabled }}
  settings: {{ toJson $settings.api }}
{{- if $separate }}
{{ $service }}-worker:
  service: {{ $service }}
  role: worker
  consumes: true
  scaler: {{ ternary "keda" "none" $root.Values.autoscaling.keda.enabled }}
  leads: {{ and ($facts.leader | default false) $root.Values.leaderElection.enabled }}
  ops: false
  settings: {{ toJson $settings.worker }}
{{- end }}
{{- end }}
{{- end }}

{{/* Seconds in which endpoints forget an API's pod before it stops to listen. */}}
{{- define "dotori.preStopSeconds" -}}5{{- end }}

{{/* First requests end, then channels; each has drainSeconds. What remains is for the process's end. */}}
{{- define "dotori.gracePeriodSeconds" -}}
{{ add (include "dotori.preStopSeconds" . | int) (mul 2 (int .Values.pod.drainSeconds)) 10 }}
{{- end }}
