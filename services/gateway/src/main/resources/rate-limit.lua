-- Generic cell rate algorithm. The key holds the theoretical arrival time (TAT), in microseconds of Redis's clock, so that
-- replicas with different clocks agree. One key, so it also runs on a cluster.
-- KEYS[1] the caller's key; ARGV[1] microseconds per call; ARGV[2] calls that may come at once.
-- Answers {admitted 0 or 1, calls left, ms until all are back, ms until the next one may pass}.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
local window = interval * tonumber(ARGV[2])

local arrival = tonumber(redis.call('GET', KEYS[1]) or now)
if arrival < now then
  arrival = now
end

local ahead = arrival + interval - now
if ahead > window then
  return {0, 0, math.ceil((arrival - now) / 1000), math.ceil((ahead - window) / 1000)}
end

redis.call('SET', KEYS[1], string.format('%.0f', arrival + interval), 'PX', math.ceil(ahead / 1000))
return {1, math.floor((window - ahead) / interval), math.ceil(ahead / 1000), 0}
