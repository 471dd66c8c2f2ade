create or replace function public.create_room(name text, kind text default 'public', metadata jsonb default '{}')
returns public.rooms language plpgsql security definer set search_path = '' as $$
declare
  founder uuid := messaging.caller();
  made public.rooms;
begin
  insert into public.rooms (name, kind, metadata, created_by)
  values (create_room.name, create_room.kind, create_room.metadata, founder)
  returning * into made;
  insert into public.room_members (room_id, user_id, role) values (made.id, founder, 'owner');
  return made;
exception when check_violation or not_null_violation then
  perform messaging.refuse('422', 'invalid', 'A room has a name of 1 to 100 characters, is public, private or group, and has an object of at most 4 KB as metadata.');
end
$$;

-- The caller's place in a room that they may know of.
create or replace function messaging.role_in(room uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  if not messaging.may_read(room) then
    perform messaging.refuse('404', 'room_not_found', 'There is no such room, or you were not asked in.');
  end if;
  return (select role from public.room_members where room_id = room and user_id = auth.uid());
end
$$;

create or replace function public.join_room(room_id uuid) returns public.room_members
language plpgsql security definer set search_path = '' as $$
declare
  comer uuid := messaging.caller();
  place public.room_members;
begin
  perform messaging.role_in(join_room.room_id);
  insert into public.room_members (room_id, user_id) values (join_room.room_id, comer)
  on conflict on constraint room_members_pkey do nothing
  returning * into place;
  if place.user_id is null then
    select * into place from public.room_members m where m.room_id = join_room.room_id and m.user_id = comer;
  else
    perform messaging.tell('room:' || place.room_id, 'member_joined', to_jsonb(place));
  end if;
  return place;
end
$$;

-- A room whose last owner leaves goes to who has the most say in it, and of those to who has been there longest.
create or replace function messaging.remove_from(room uuid, leaver uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.rooms where id = room for no key update;
  delete from public.room_members where room_id = room and user_id = leaver;
  if not found then
    return;
  end if;
  update public.room_members m set role = 'owner'
  where not exists (select from public.room_members where room_id = room and role = 'owner')
    and (m.room_id, m.user_id) = (
      select room_id, user_id from public.room_members
      where room_id = room
      order by role desc, joined_at, user_id
      limit 1
    );
  perform messaging.tell('room:' || room, 'member_left', jsonb_build_object('room_id', room, 'user_id', leaver));
end
$$;

create or replace function public.leave_room(room_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform messaging.remove_from(leave_room.room_id, messaging.caller());
end
$$;

-- Members of a group ask others in; in any other room owners and moderators do. Only an owner gives more than the
-- place of a member, or changes a place.
create or replace function public.add_room_member(room_id uuid, user_id uuid, role text default 'member')
returns public.room_members language plpgsql security definer set search_path = '' as $$
declare
  adder uuid := messaging.caller();
  own text := messaging.role_in(add_room_member.room_id);
  room public.rooms;
  place public.room_members;
begin
  select * into room from public.rooms r where r.id = add_room_member.room_id for no key update;
  select * into place from public.room_members m
  where m.room_id = add_room_member.room_id and m.user_id = add_room_member.user_id;
  if place.role = add_room_member.role then
    return place;
  end if;
  if own is null
    or own = 'member' and room.kind <> 'group'
    or own <> 'owner' and (add_room_member.role <> 'member' or place.role is not null)
  then
    perform messaging.refuse('403', 'not_allowed', 'Your place in the room does not let you do that.');
  end if;
  if place.user_id = adder and (
    select count(*) = 1 from public.room_members m
    where m.room_id = add_room_member.room_id and m.role = 'owner'
  ) then
    perform messaging.refuse('409', 'last_owner', 'A room has an owner: make somebody else one first, or leave.');
  end if;
  insert into public.room_members (room_id, user_id, role)
  values (add_room_member.room_id, add_room_member.user_id, add_room_member.role)
  on conflict on constraint room_members_pkey do update set role = excluded.role
  returning * into place;
  perform messaging.tell('room:' || place.room_id, 'member_joined', to_jsonb(place));
  perform messaging.notify(
    place.user_id, 'room_invitation',
    jsonb_build_object('room_id', room.id, 'name', room.name, 'role', place.role, 'by', adder)
  );
  return place;
exception
  when foreign_key_violation then
    perform messaging.refuse('404', 'user_not_found', 'There is no such user.');
  when check_violation or not_null_violation then
    perform messaging.refuse('422', 'invalid', 'A member is an owner, a moderator or a member.');
end
$$;

create or replace function public.remove_room_member(room_id uuid, user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  remover uuid := messaging.caller();
  own text := messaging.role_in(remove_room_member.room_id);
  place text := (
    select m.role from public.room_members m
    where m.room_id = remove_room_member.room_id and m.user_id = remove_room_member.user_id
  );
begin
  if remover <> remove_room_member.user_id
    and (own is null or own = 'member' or own = 'moderator' and place <> 'member')
  then
    perform messaging.refuse('403', 'not_allowed', 'Your place in the room does not let you do that.');
  end if;
  perform messaging.remove_from(remove_room_member.room_id, remove_room_member.user_id);
end
$$;
