with page as materialized (
  select post.*
  from matched_posts post
  where true
    and post.client_id = ?
  order by post.created_at desc, post.id desc
  limit ?
)
select
  id, client_id, content, score, created_at, null as post_id, null as grade, null as copied,
  null as compliance_ack, subreddit, reddit_post_id, title, url, permalink, author, keywords_matched,
  num_comments, flagged, reviewed, posted_at, gone_at, relevance, relevance_reason, relevant, highlights,
  null as revision
from page
union all
select
  response.id, response.client_id, response.content, response.score, response.created_at,
  response.post_id, response.grade, response.copied, response.compliance_ack, null, null, null, null,
  null, null, null, null, null, null, null, null, null, null, null, null, response.revision
from page
join ai_responses response on response.post_id = page.id and response.client_id = page.client_id
union all
select
  null, folded.client_id, null, null, null, folded.post_id, null, null, null, folded.subreddit,
  folded.reddit_post_id, null, null, folded.permalink, null, null, null, null, null, folded.posted_at,
  null, null, null, null, null, null
from page
cross join lateral (
  select client_id, post_id, subreddit, reddit_post_id, permalink, posted_at
  from folded_posts
  where post_id = page.id and client_id = page.client_id
  order by posted_at, reddit_post_id
  limit 20
) folded
