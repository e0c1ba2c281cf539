  <Admin_Passwd>{{ (admin_password or '')|exact }}</Admin_Passwd>
  <User_Password>{{ (user_password or '')|exact }}</User_Password>
