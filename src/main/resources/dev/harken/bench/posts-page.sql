select
  mp1_0.id, mp1_0.author, mp1_0.client_id, mp1_0.content, mp1_0.created_at, mp1_0.flagged, mp1_0.keywords_matched,
  mp1_0.num_comments, mp1_0.permalink, mp1_0.posted_at, mp1_0.reddit_post_id, r1_0.post_id, r1_0.id, r1_0.client_id,
  r1_0.compliance_ack, r1_0.content, r1_0.copied, r1_0.created_at, r1_0.grade, r1_0.score, mp1_0.reviewed, mp1_0.score,
  mp1_0.subreddit, mp1_0.title, mp1_0.updated_at, mp1_0.url
from matched_posts mp1_0
left join ai_responses r1_0 on mp1_0.id = r1_0.post_id
where mp1_0.id in (
  select mp2_0.id
  from matched_posts mp2_0
  where mp2_0.client_id = ?
  order by mp2_0.created_at desc, mp2_0.id desc
  fetch first ? rows only)
order by mp1_0.created_at desc, mp1_0.id desc, r1_0.created_at, r1_0.id, r1_0.created_at, r1_0.id
