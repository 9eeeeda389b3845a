import { createHash } from 'node:crypto';

/** A Lua script that Redis runs as one step. */
export interface RedisScript {
  readonly source: string;
  readonly sha: string;
}

function redisScript(source: string): RedisScript {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

const prelude = `
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function text(number) return string.format('%.0f', number) end
`;

/**
 * KEYS a hash: `spent`, and for each worker a field with "amount sequence expires". ARGV worker, limit, time to forget the
 * bucket or '', sequence, spent, keep, want, unit, 1 when the call may take the rest, life of a lease in ms. Says what
 * `shareOfBucket` says, in [spent, lease, granted]. A worker that is gone for an hour is forgotten.
 */
export const exchangeScript = redisScript(`
${prelude}
local worker, limit, sequence = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local keep, want, unit = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local time, spent, others, known = now(), 0, 0, 0
local fields = redis.call('HGETALL', KEYS[1])
for index = 1, #fields, 2 do
  local name, value = fields[index], fields[index + 1]
  if name == 'spent' then
    spent = tonumber(value)
  else
    local amount, last, expires = string.match(value, '^(-?%d+) (%d+) (%d+)$')
    if name == worker then
      known = tonumber(last)
    elseif tonumber(expires) > time then
      others = others + tonumber(amount)
    elseif tonumber(expires) < time - 3600000 then
      redis.call('HDEL', KEYS[1], name)
    end
  end
end
if sequence > known then
  spent = spent + tonumber(ARGV[5])
  known = sequence
end
local free, lease, granted = limit - spent - others - keep, keep, 'whole'
if want > 0 and free < want then
  granted = 'none'
  if ARGV[9] == '1' and free > 0 then granted, lease = 'rest', keep + free end
else
  local share = math.min(math.floor((free - want) / 16), 64 * unit)
  lease = keep + want
  if unit > 0 and share >= unit then lease = lease + share end
end
local held = text(lease) .. ' ' .. text(known) .. ' ' .. text(time + tonumber(ARGV[10]))
redis.call('HSET', KEYS[1], 'spent', text(spent), worker, held)
if ARGV[3] ~= '' then redis.call('PEXPIREAT', KEYS[1], text(math.max(tonumber(ARGV[3]), time + 86400000))) end
return {text(spent), text(lease), granted}
`);

/**
 * KEYS a hash of steps and what was counted in them; ARGV limit, window in ms, correction, want, how many more
 * may be taken, and the step and amount of what was not used. Says what `decideWindow` says, in [granted, validMs,
 * retryAfterMs, step].
 */
export const takeScript = redisScript(`
${prelude}
local limit, window, correction, want = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time, stepMs = now(), window / 100
local step = math.floor(time / stepMs)
local counted, steps = correction, {}
if ARGV[6] and redis.call('HEXISTS', KEYS[1], ARGV[6]) == 1 then
  redis.call('HINCRBY', KEYS[1], ARGV[6], text(-tonumber(ARGV[7])))
end
local fields = redis.call('HGETALL', KEYS[1])
for index = 1, #fields, 2 do
  local at = tonumber(fields[index])
  if at < step - 100 then
    redis.call('HDEL', KEYS[1], fields[index])
  elseif at <= step then
    local amount = tonumber(fields[index + 1])
    counted = counted + amount
    steps[#steps + 1] = {at, amount}
  end
end
local function count(amount)
  if amount == 0 then return end
  redis.call('HINCRBY', KEYS[1], text(step), text(amount))
  redis.call('PEXPIRE', KEYS[1], text(window * 2))
end
local valid = math.max(0, math.floor((step + 1) * stepMs - time))
local free = limit - counted
if want > 0 and not (free >= want or (want > limit and counted <= 0)) then
  table.sort(steps, function(one, other) return one[1] < other[1] end)
  local left, wait = counted, window
  for _, entry in ipairs(steps) do
    left = left - entry[2]
    if left + want <= limit or (want > limit and left <= 0) then
      wait = (entry[1] + 101) * stepMs - time
      break
    end
  end
  count(correction)
  return {'0', text(valid), text(math.ceil(wait)), text(step)}
end
local granted = want
if want > 0 then granted = want + math.max(0, math.min(math.floor((free - want) / 16), tonumber(ARGV[5]))) end
count(correction + granted)
return {text(granted), text(valid), '0', text(step)}
`);
