{%- set offset = timezone_rule.offset_minutes %}
{%- set dst = timezone_rule.dst %}
{%- set zone = offset ~ ' ' ~ dst.start.month ~ '-' ~ dst.end.month if dst else offset|string %}
{#- A zone of which the phone has no name: one with the same offset, else with the nearest. #}
{%- set name = tables.timeZones[zone] or tables.timeZones[offset|string] or tables.timeZonesOfOffset[offset|string] %}
{%- set near = tables.timeZones[(offset - 30)|string] or tables.timeZones[(offset + 30)|string] %}
{%- set far = tables.timeZones[(offset - 60)|string] or tables.timeZones[(offset + 60)|string] %}
{{- name or near or far or 'Greenwich Standard Time' }}
