-- 0005 cadastre: parcels, buildings, units
-- Why:    the physical half of the register (Reg 8). LADM: LA_SpatialUnit, LA_LegalSpaceBuildingUnit.
-- Change: additive.  Locks: none.  Undo: drop while empty; afterwards go forward.
create schema cadastre;
grant usage on schema cadastre to mingbu_app, mingbu_auditor;

-- City-owned allocation: a unit code is unique in the city over live and historical units, and never reused.
create table cadastre.unit_code (
  code     text primary key check (code ~ '^\d{12}[GJZ][ABSXCDEFHGLNWY]\d{5}(W0{8}|F(?!0000)\d{4}(?!0000)\d{4}|[LQ](?!0{8})\d{8})$'),
  district text not null references kernel.district,
  unique (district, code)
);
grant select on cadastre.unit_code to mingbu_app, mingbu_auditor;
grant insert on cadastre.unit_code to mingbu_app;

-- 宗地. Geometry is GeoJSON text in CGCS2000 degrees (EPSG:4490) beside its bounding box for searching.
create table cadastre.parcel (
  district   text not null references kernel.district,
  code       text not null check (code ~ '^\d{12}[GJZ][ABSXCDEFHGLNWY]\d{5}$'),
  location   text not null check (length(location) between 1 and 200),
  area       numeric(14, 2) not null check (area > 0),
  land_use   text not null,
  nature     text not null,
  term_from  date,
  term_to    date,
  geometry   text not null,
  bounds     box not null,
  act_id     uuid not null default kernel.act_id(),
  primary key (district, code),
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  check (term_to is null or term_from < term_to)
);
create index parcel_bounds on cadastre.parcel using gist (bounds);
call kernel.protect('cadastre.parcel', true);
grant insert (district, code, location, area, land_use, nature, term_from, term_to, geometry, bounds) on cadastre.parcel to mingbu_app;

-- 自然幢.
create table cadastre.building (
  district     text not null,
  code         text not null check (code ~ '^\d{12}[GJZ][ABSXCDEFHGLNWY]\d{5}F\d{4}$'),
  parcel_code  text not null,
  name         text not null,
  floors_above smallint not null check (floors_above >= 0),
  floors_below smallint not null check (floors_below >= 0),
  structure    text not null,
  completed_on date,
  geometry     text not null,
  bounds       box not null,
  act_id       uuid not null default kernel.act_id(),
  primary key (district, code),
  foreign key (district, parcel_code) references cadastre.parcel,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint building_in_parcel_code check (left(code, 19) = parcel_code)
);
create index building_parcel on cadastre.building (district, parcel_code);
create index building_bounds on cadastre.building using gist (bounds);
call kernel.protect('cadastre.building', true);
grant insert (district, code, parcel_code, name, floors_above, floors_below, structure, completed_on, geometry, bounds) on cadastre.building to mingbu_app;

-- 不动产单元(户).
create table cadastre.unit (
  district      text not null,
  code          text not null,
  parcel_code   text not null,
  building_code text,
  location      text not null check (length(location) between 1 and 200),
  floor         text not null default '',
  room          text not null default '',
  use           text not null,
  area          numeric(14, 2) not null check (area > 0),
  inner_area    numeric(14, 2),
  shared_area   numeric(14, 2),
  act_id        uuid not null default kernel.act_id(),
  primary key (district, code),
  foreign key (district, code) references cadastre.unit_code (district, code),
  foreign key (district, parcel_code) references cadastre.parcel,
  foreign key (district, building_code) references cadastre.building,
  foreign key (district, act_id) references kernel.act deferrable initially deferred,
  constraint unit_in_parcel_code check (left(code, 19) = parcel_code),
  constraint unit_area_adds_up check (inner_area is null or inner_area + shared_area = area)
);
create index unit_parcel on cadastre.unit (district, parcel_code);
create index unit_location on cadastre.unit using gin (location gin_trgm_ops);
call kernel.protect('cadastre.unit', true);
grant insert (district, code, parcel_code, building_code, location, floor, room, use, area, inner_area, shared_area) on cadastre.unit to mingbu_app;
-- The unit's row is the lock between a transfer and a seizure (Seal 23): locking needs the update privilege on one column.
grant update (floor) on cadastre.unit to mingbu_app;

-- Neighbouring parcels and buildings of a parcel, for the map: definer, because box operators are not leakproof
-- and would lose their index under row-level security (design, settled 1).
create function cadastre.around(of_parcel text) returns table (kind text, code text, geometry text)
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare here text := kernel.act_district(); b box;
begin
  if here is null then return; end if;
  select bounds into b from cadastre.parcel where district = here and parcel.code = of_parcel;
  if not found then return; end if;
  b := box(point((b[0])[0] + 0.0008, (b[0])[1] + 0.0008), point((b[1])[0] - 0.0008, (b[1])[1] - 0.0008));
  return query
    select 'parcel', p.code, p.geometry from cadastre.parcel p where p.district = here and p.bounds && b
    union all
    select 'building', u.code, u.geometry from cadastre.building u where u.district = here and u.bounds && b
    limit 400;
end $$;

-- Units of the actor's district whose code begins with, or whose location contains, the given text.
create function cadastre.find_units(wanted text, after_code text, at_most integer) returns table (code text, location text, area numeric, use text)
  language sql stable security definer set search_path = pg_catalog, public as $$
    select u.code, u.location, u.area, u.use from cadastre.unit u
    where u.district = kernel.act_district() and u.code > after_code
      and (u.code like replace(replace(wanted, '%', ''), '_', '') || '%' or u.location like '%' || replace(replace(wanted, '%', ''), '_', '') || '%')
    order by u.code limit least(at_most, 200)
$$;
revoke execute on all functions in schema cadastre from public;
grant execute on function cadastre.around(text), cadastre.find_units(text, text, integer) to mingbu_app;
