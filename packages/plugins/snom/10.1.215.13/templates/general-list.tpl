<?xml version="1.0" encoding="utf-8"?>
<setting-files>
  <file url="{{ XX_server_url|value }}/snom-general.xml"/>
</setting-files>
