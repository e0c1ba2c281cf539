<?xml version="1.0" encoding="utf-8"?>
<setting-files>
  <file url="{{ XX_server_url|value }}/snom-general.xml"/>
  <file url="{{ XX_server_url|value }}/{{ (device.bare_mac or '')|upper }}.xml"/>
</setting-files>
