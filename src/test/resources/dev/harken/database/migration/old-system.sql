-- The old system's tables as SQLAlchemy creates them.
create table clients (
    id serial not null,
    name varchar(255) not null,
    slug varchar(255) not null,
    created_at timestamp with time zone default now(),
    updated_at timestamp with time zone default now(),
    primary key (id)
);
create unique index ix_clients_name on clients (name);
create unique index ix_clients_slug on clients (slug);
create index ix_clients_id on clients (id);

create table users (
    id serial not null,
    email varchar(255) not null,
    hashed_password varchar(255) not null,
    is_active boolean,
    role varchar(20) not null,
    client_id integer,
    created_at timestamp without time zone,
    updated_at timestamp without time zone,
    primary key (id),
    foreign key (client_id) references clients (id) on delete set null
);
create unique index ix_users_email on users (email);
create index ix_users_id on users (id);

create table client_configs (
    id serial not null,
    client_id integer not null,
    reddit_username varchar(255),
    reddit_subreddits varchar(2000),
    keywords varchar(2000),
    is_active boolean,
    scan_interval_minutes integer,
    scan_start_hour integer,
    scan_end_hour integer,
    scan_days varchar(50),
    created_at timestamp with time zone default now(),
    updated_at timestamp with time zone default now(),
    primary key (id),
    foreign key (client_id) references clients (id) on delete cascade
);
create index ix_client_configs_id on client_configs (id);

create table matched_posts (
    id serial not null,
    client_id integer not null,
    subreddit varchar(255) not null,
    reddit_post_id varchar(50) not null,
    title varchar(500) not null,
    url varchar(1000),
    author varchar(255),
    content text,
    keywords_matched varchar(1000),
    score integer,
    num_comments integer,
    flagged boolean,
    reviewed boolean,
    created_at timestamp with time zone default now(),
    updated_at timestamp with time zone,
    primary key (id),
    foreign key (client_id) references clients (id) on delete cascade
);
create unique index ix_matched_posts_reddit_post_id on matched_posts (reddit_post_id);
create index ix_matched_posts_id on matched_posts (id);
create index ix_matched_posts_client_id on matched_posts (client_id);
create index ix_matched_posts_subreddit on matched_posts (subreddit);

create table ai_responses (
    id serial not null,
    post_id integer not null,
    client_id integer not null,
    content text not null,
    score integer,
    copied boolean,
    compliance_ack boolean,
    created_at timestamp with time zone default now(),
    primary key (id),
    -- Without a cascade, as some deployments have it.
    constraint ai_responses_post_id_fkey foreign key (post_id) references matched_posts (id),
    foreign key (client_id) references clients (id) on delete cascade
);
create index ix_ai_responses_id on ai_responses (id);
create index ix_ai_responses_post_id on ai_responses (post_id);

create table analytics_events (
    id serial not null,
    client_id integer,
    event_type varchar(255) not null,
    data json,
    created_at timestamp without time zone,
    primary key (id),
    foreign key (client_id) references clients (id)
);
create index ix_analytics_events_id on analytics_events (id);
create index ix_analytics_events_created_at on analytics_events (created_at);

create table auth_audit_logs (
    id serial primary key,
    user_email varchar(255),
    event_type varchar(50) not null,
    success boolean,
    created_at timestamp without time zone
);
create table alembic_version (version_num varchar(32) not null primary key);
insert into alembic_version values ('9c1f0d2a77aa');
insert into auth_audit_logs (user_email, event_type, success, created_at) values ('a@example.org', 'login', true, '2024-05-01 10:00');

insert into clients (name, slug, created_at)
select 'Client ' || n, 'client-' || n, case when n > 1 then timestamptz '2024-01-01 00:00Z' + n * interval '1 day' end
from generate_series(1, 4) n;
insert into users (email, hashed_password, is_active, role, client_id, created_at)
select 'user' || n || '@example.org', '$2b$12$abcdefghijklmnopqrstuv', case when n <> 2 then true end,
    case when n = 1 then 'admin' else 'client' end, case when n > 1 then n - 1 end,
    case when n <> 3 then timestamp '2024-02-01 12:00' end
from generate_series(1, 4) n;
insert into client_configs (client_id, reddit_subreddits, keywords, is_active, scan_interval_minutes)
select n, case when n > 1 then 'java,postgresql' end, case when n > 1 then 'pool' end, case when n > 1 then true end, 15
from generate_series(1, 4) n;
