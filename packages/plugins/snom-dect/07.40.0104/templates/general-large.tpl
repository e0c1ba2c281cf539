{%- set accounts = 1000 %}
{%- include 'general.tpl' %}
