{{/* A peer of this release: (list $ "gateway"). */}}
{{- define "dotori.peer" -}}
- podSelector:
    matchLabels:
      {{- include "dotori.podSelector" . | nindent 6 }}
{{- end }}

{{/* An external peer: networks as CIDRs. */}}
{{- define "dotori.networks" -}}
{{- range . }}
- ipBlock: {cidr: {{ . | quote }}}
{{- end }}
{{- end }}

{{/* Port of a URL or host:port, or the one of its scheme: (list "https://host" 443). */}}
{{- define "dotori.portOf" -}}
{{ regexFind ":[0-9]+(/|$)" (index . 0) | trimPrefix ":" | trimSuffix "/" | default (ternary 80 (index . 1) (hasPrefix "http://" (index . 0))) }}
{{- end }}

{{/* Where a service goes for one of the things that it uses: (list $ "mysql"). */}}
{{- define "dotori.egress" -}}
{{- $root := index . 0 -}}
{{- $use := index . 1 -}}
{{- $values := $root.Values -}}
{{- if and $values.local.enabled (has $use (list "mysql" "redis" "s3")) }}
- to:
    {{- include "dotori.peer" (list $root $use) | nindent 4 }}
  ports: [{port: {{ include "dotori.localPort" $use }}}]
{{- else if and $values.local.enabled (has $use (list "smtp" "networks")) }}
- to:
    {{- include "dotori.peer" (list $root "sandbox") | nindent 4 }}
  ports: [{port: {{ include "dotori.localPort" "sandbox" }}}]
{{- else if eq $use "mysql" }}
- to:
    {{- include "dotori.networks" $values.networkPolicy.mysql | trim | nindent 4 }}
  ports: [{port: {{ $values.mysql.port }}}]
{{- else if eq $use "redis" }}
{{- $ports := list }}
{{- range $values.redis.addresses }}
{{- $ports = append $ports (dict "port" (include "dotori.portOf" (list . 6379) | int)) }}
{{- end }}
- to:
    {{- include "dotori.networks" $values.networkPolicy.redis | trim | nindent 4 }}
  ports: {{ $ports | uniq | toJson }}
{{- else if eq $use "s3" }}
- to:
    {{- include "dotori.networks" $values.networkPolicy.s3 | trim | nindent 4 }}
  ports: [{port: {{ include "dotori.portOf" (list $values.s3.endpoint 443) }}}]
{{- if eq $values.s3.credentials "default" }}
# Where platforms give pods their identity.
- to:
    - ipBlock: {cidr: 169.254.170.23/32}
    - ipBlock: {cidr: 169.254.169.254/32}
  ports: [{port: 80}]
{{- end }}
{{- else if and (eq $use "smtp") $values.mail.host }}
- to:
    {{- include "dotori.networks" $values.networkPolicy.smtp | trim | nindent 4 }}
  ports: [{port: {{ $values.mail.port }}}]
{{- else if eq $use "networks" }}
# Facebook and X: the internet, and nothing of our own.
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]
  ports: [{port: 443}]
{{- end }}
{{- end }}
