{{/*
Names and labels. Every object is called after the release, so that two of them in one namespace never
meet.
*/}}

{{- define "dotori.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "dotori.selector" . }}
{{- end }}

{{- define "dotori.selector" -}}
app.kubernetes.io/part-of: dotori
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Of one kind of pod: (list $ "points-worker"). */}}
{{- define "dotori.podSelector" -}}
{{ include "dotori.selector" (index . 0) }}
app.kubernetes.io/name: {{ index . 1 }}
{{- end }}

{{/* Head of an object of one kind of pod, or of one service: (list $ "points-worker"). */}}
{{- define "dotori.metadata" -}}
name: {{ (index . 0).Release.Name }}-{{ index . 1 }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "dotori.labels" (index . 0) | nindent 2 }}
  app.kubernetes.io/name: {{ index . 1 }}
{{- end }}

{{- define "dotori.image" -}}
{{- $root := index . 0 -}}
{{- $image := $root.Values.image -}}
{{ $image.repository }}/{{ index . 1 }}:{{ $image.tag | default $root.Chart.AppVersion }}
{{- if eq $image.variant "jvm" }}-jvm{{ end -}}
{{- end }}

{{/* The Secret of a service, or its migration's: (list $ "points"), (list $ "points-migration"). */}}
{{- define "dotori.secret" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $service := get $root.Values.services (trimSuffix "-migration" $name) | default dict -}}
{{- $existing := "" -}}
{{- if hasSuffix "-migration" $name -}}
{{- $existing = $service.mysql.migration.existingSecret -}}
{{- else if eq $name "keda" -}}
{{- $existing = $root.Values.autoscaling.keda.existingSecret -}}
{{- else -}}
{{- $existing = $service.existingSecret -}}
{{- end -}}
{{ $existing | default (printf "%s-%s" $root.Release.Name $name) }}
{{- end }}

{{/* Host of publicUrl, without its port. */}}
{{- define "dotori.publicHost" -}}
{{ (urlParse .Values.publicUrl).host | regexFind "^[^:]+" }}
{{- end }}
