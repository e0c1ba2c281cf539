-- Every device's row is written anew with each change of what all inherit: with room in its page, no index is.
alter table rendered set (fillfactor = 50);
