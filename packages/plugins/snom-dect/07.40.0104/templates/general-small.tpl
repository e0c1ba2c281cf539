{%- set accounts = 20 %}
{%- include 'general.tpl' %}
