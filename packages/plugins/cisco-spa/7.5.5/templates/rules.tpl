<?xml version="1.0" encoding="{{ tables.encoding }}"?>
<flat-profile>
  <Profile_Rule_B>{{ XX_server_url|value }}/{{ tables.staticFile }}</Profile_Rule_B>
  <Profile_Rule_C>{{ XX_server_url|value }}/$MA.xml</Profile_Rule_C>
</flat-profile>
