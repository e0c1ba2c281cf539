{%- macro change_(name, day) %}
    <dst_{{ name }}_month>{{ day.month }}</dst_{{ name }}_month>
    <dst_{{ name }}_date>0</dst_{{ name }}_date>
    <dst_{{ name }}_time>{{ day.time_minutes // 60 }}</dst_{{ name }}_time>
    <dst_{{ name }}_day_of_week>{{ day.weekday % 7 + 1 }}</dst_{{ name }}_day_of_week>
    <dst_{{ name }}_wday_last_in_month>{{ day.week }}</dst_{{ name }}_wday_last_in_month>
{%- endmacro %}
{%- if timezone_rule %}
{%- set zone = tables.timezones[timezone] %}
    <timezone_by_country_region>off</timezone_by_country_region>
    <dst_by_country_region>off</dst_by_country_region>
{%- if zone %}{{ set_('timezone', zone) }}{% endif %}
    <utc_offset>{{ timezone_rule.offset_minutes * 60 }}</utc_offset>
{%- if timezone_rule.dst %}
    <dst_enable>auto</dst_enable>
    <dst_fixed_day_enable>off</dst_fixed_day_enable>
{{- change_('start', timezone_rule.dst.start) }}
{{- change_('stop', timezone_rule.dst.end) }}
{%- else %}
    <dst_enable>off</dst_enable>
{%- endif %}
{%- endif %}
