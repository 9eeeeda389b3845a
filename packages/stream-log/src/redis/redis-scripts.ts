import { redisScript } from './redis-commands.ts';

/*
 * A stream is two keys with one hash tag, and a channel with the same. `meta` is a hash: incarnation, length, type; where
 * they apply closed (ms of Redis' clock), ttl (s), expires (ms), stream-seq, gone; for a fork from, fork-position,
 * sub-offset and ancestors; forks with one field `f:<incarnation> <id>` for each fork of it; and for each producer a
 * field `p:<id>` with "epoch nextSeq reached". `entries` is a list of all entries, a fork's inherited ones included.
 * KEYS[1] to KEYS[3] are meta, entries and channel. A script's first write is one that needs memory: Redis without any
 * refuses that, and the script as a whole, but nothing after a script's first write.
 */

/**
 * `find` gives the first fields and those asked for, or nil. A stream whose entries Redis evicted, or only half of which
 * came back from its disk, is lost as a whole. `endure` sets how long the stream lives from now on.
 */
const prelude = `
local function find(...)
  local log = redis.call('HMGET', KEYS[1], 'incarnation', 'length', 'closed', 'gone', ...)
  if not log[1] then return nil end
  if not log[4] and redis.call('LLEN', KEYS[2]) ~= tonumber(log[2]) then
    redis.call('DEL', KEYS[1], KEYS[2])
    return nil
  end
  return log
end

local function now()
  local time = redis.call('TIME')
  return string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
end

local function expireIn(ms)
  redis.call('PEXPIRE', KEYS[1], ms)
  redis.call('PEXPIRE', KEYS[2], ms)
end

local function endure(ttl, expires, closes, closedLife, openLife, isNew)
  if ttl and ttl ~= '' then
    expireIn(string.format('%d', ttl * 1000))
  elseif expires and expires ~= '' then
    if not isNew then return end
    redis.call('PEXPIREAT', KEYS[1], expires)
    redis.call('PEXPIREAT', KEYS[2], expires)
  elseif closes then
    if closedLife ~= '' then
      expireIn(closedLife)
    elseif openLife ~= '' then
      redis.call('PERSIST', KEYS[1])
      redis.call('PERSIST', KEYS[2])
    end
  elseif openLife ~= '' and (isNew or redis.call('PTTL', KEYS[1]) < openLife * 0.9) then
    expireIn(openLife)
  end
end

local function push(first)
  for start = first, #ARGV, 1000 do
    redis.call('RPUSH', KEYS[2], unpack(ARGV, start, math.min(start + 999, #ARGV)))
  end
end

local function tellChanged(origin)
  redis.call('SPUBLISH', KEYS[3], origin .. ' changed')
end

local function mediaType(text)
  return string.lower((string.gsub(string.gsub(text, ';.*', ''), '%s', '')))
end

local function readProducer(text)
  local epoch, nextSeq, reached = string.match(text or '', '^(%d+) (%d+) (%d+)$')
  return tonumber(epoch), tonumber(nextSeq), tonumber(reached)
end
`;

/** The fields of `meta` that describe a stream, in the order of `infoSchema`. */
export const infoFields = [
  'incarnation',
  'length',
  'closed',
  'gone',
  'type',
  'ttl',
  'expires',
  'from',
  'fork-position',
  'sub-offset',
  'ancestors',
] as const;

const restOfInfo = infoFields
  .slice(4)
  .map((field) => `'${field}'`)
  .join(', ');

/**
 * KEYS also a list of entries to begin with, or none; ARGV incarnation, type, ttl, expires, closes, life after the seal,
 * life while open, origin, from, fork-position, sub-offset, ancestors, length of the list, then entries; what does not
 * apply is ''. Replies gone; exists with its description; lost (the list expired); or created with length and closed.
 */
export const createScript = redisScript(`
${prelude}
local log = find(${restOfInfo})
if log and log[4] then return {'gone'} end
if log then return {'exists', log} end
local inherited = tonumber(ARGV[13])
if inherited > 0 and redis.call('LLEN', KEYS[4]) ~= inherited then return {'lost'} end
local length = inherited + #ARGV - 13
local closed = ARGV[5] ~= '' and now() or ''
redis.call('HSET', KEYS[1], 'incarnation', ARGV[1], 'length', string.format('%d', length), 'type', ARGV[2])
redis.call('DEL', KEYS[2])
if inherited > 0 then redis.call('RENAME', KEYS[4], KEYS[2]) end
push(14)
local optional = {'ttl', 3, 'expires', 4, 'from', 9, 'fork-position', 10, 'sub-offset', 11, 'ancestors', 12}
for index = 1, #optional, 2 do
  local value = ARGV[optional[index + 1]]
  if value ~= '' then redis.call('HSET', KEYS[1], optional[index], value) end
end
if closed ~= '' then redis.call('HSET', KEYS[1], 'closed', closed) end
endure(ARGV[3], ARGV[4], closed ~= '', ARGV[6], ARGV[7], true)
tellChanged(ARGV[8])
return {'created', length, closed}
`);

/**
 * ARGV producer, epoch, incarnation and type for a new stream, life while open, origin. Replies created, exists, gone,
 * conflict and its type, or fenced and the current epoch.
 */
export const claimScript = redisScript(`
${prelude}
local producer, epoch = 'p:' .. ARGV[1], tonumber(ARGV[2])
local log = find('type', 'ttl', 'expires', producer)
if log and log[4] then return {'gone'} end
if not log then
  redis.call('HSET', KEYS[1], 'incarnation', ARGV[3], 'length', '0', 'type', ARGV[4], producer, ARGV[2] .. ' 0 0')
  redis.call('DEL', KEYS[2])
  endure(nil, nil, false, '', ARGV[5], true)
  tellChanged(ARGV[6])
  return {'created'}
end
if mediaType(log[5]) ~= mediaType(ARGV[4]) then return {'conflict', log[5]} end
local known = readProducer(log[8])
if known and known > epoch then return {'fenced', known} end
if known ~= epoch then redis.call('HSET', KEYS[1], producer, ARGV[2] .. ' 0 ' .. log[2]) end
if not log[3] then endure(log[6], log[7], false, '', ARGV[5], false) end
return {'exists'}
`);

/**
 * ARGV type, closes, stream-seq, producer, epoch, seq, life after the seal, life while open, origin, longest news in
 * bytes, then the entries; what does not apply is ''. Replies written with incarnation, length before and after, time of
 * the seal and highest seq; duplicate with incarnation, offset, closed (0 or 1) and highest seq; or a refusal. The rules
 * are those of `admitAppend`.
 */
export const appendScript = redisScript(`
${prelude}
local log = find('type', 'ttl', 'expires', 'stream-seq', 'p:' .. ARGV[4])
if not log then return {'missing'} end
if log[4] then return {'gone'} end
local incarnation, length, isClosed = log[1], tonumber(log[2]), log[3]
local closes, hasProducer, first = ARGV[2] ~= '', ARGV[5] ~= '', 11
if ARGV[1] ~= '' and mediaType(ARGV[1]) ~= mediaType(log[5]) then
  if isClosed then return {'closed', incarnation, length} end
  return {'conflict', log[5]}
end
local epoch, seq, expected, highest = tonumber(ARGV[5]), tonumber(ARGV[6]), nil, -1
if hasProducer then
  local knownEpoch, nextSeq, reached = readProducer(log[9])
  if knownEpoch and epoch < knownEpoch then return {'fenced', knownEpoch} end
  expected = knownEpoch == epoch and nextSeq or 0
  if seq < expected and (isClosed or not closes) then
    return {'duplicate', incarnation, reached, isClosed and 1 or 0, nextSeq - 1}
  end
  if not isClosed and seq ~= expected then return {'sequence-gap', expected, knownEpoch or -1} end
  highest = seq
elseif isClosed and closes and #ARGV < first then
  return {'duplicate', incarnation, length, 1, -1}
end
if isClosed then return {'closed', incarnation, length} end

if ARGV[3] ~= '' then
  if log[8] then
    -- Lua compares text by Redis' locale; the protocol by bytes.
    local given, greatest, at = ARGV[3], log[8], 1
    while at <= #given and at <= #greatest and string.byte(given, at) == string.byte(greatest, at) do at = at + 1 end
    if (string.byte(given, at) or -1) <= (string.byte(greatest, at) or -1) then return {'stream-seq'} end
  end
  redis.call('HSET', KEYS[1], 'stream-seq', ARGV[3])
end

push(first)
local after = length
length = length + #ARGV - first + 1
local closedAt = closes and now() or ''
local changes = {'length', string.format('%d', length)}
if closes then changes[3], changes[4] = 'closed', closedAt end
if hasProducer then
  changes[#changes + 1] = 'p:' .. ARGV[4]
  changes[#changes + 1] = string.format('%d %d %d', epoch, seq + 1, length)
end
redis.call('HSET', KEYS[1], unpack(changes))
endure(log[6], log[7], closes, ARGV[7], ARGV[8], after == 0)

local size = 0
for index = first, #ARGV do size = size + #ARGV[index] + 1 end
if size > tonumber(ARGV[10]) then
  tellChanged(ARGV[9])
elseif size > 0 or closes then
  local header = string.format('%s %s %d %d %d', ARGV[9], incarnation, after, length - after, closes and 1 or 0)
  redis.call('SPUBLISH', KEYS[3], header .. '\\n' .. table.concat(ARGV, '\\30', first))
end
return {'written', incarnation, after, length, closedAt, highest}
`);

/**
 * ARGV position, most entries, most bytes, and 1 when this slides a TTL. Replies missing; gone; or found with
 * incarnation, length, closed (0 or 1), ancestors and the entries after the position.
 */
export const readScript = redisScript(`
${prelude}
local log = find('ttl', 'ancestors')
if not log then return {'missing'} end
if log[4] then return {'gone'} end
if ARGV[4] == '1' and log[5] then endure(log[5], nil, false, '', '', false) end
local length, at, bytes = tonumber(log[2]), tonumber(ARGV[1]), tonumber(ARGV[3])
local stop = math.min(length, at + tonumber(ARGV[2]))
local texts, size, step = {}, 0, 8
while at < stop and size < bytes do
  local page = redis.call('LRANGE', KEYS[2], at, math.min(at + step, stop) - 1)
  for _, text in ipairs(page) do
    texts[#texts + 1] = text
    size = size + #text
    if size >= bytes then break end
  end
  at = at + #page
  step = math.min(step * 2, 256)
end
return {'found', log[1], length, log[3] and 1 or 0, log[6] or '', texts}
`);

/**
 * ARGV a time in ms or '', origin. Replies missing; gone; kept (not closed before that time); or removed with
 * incarnation and source ('' for none), or 'hidden' (for its forks).
 */
export const removeScript = redisScript(`
${prelude}
local log = find('from', 'forks')
if not log then return {'missing'} end
if log[4] then return {'gone'} end
if ARGV[1] ~= '' and not (log[3] and tonumber(log[3]) < tonumber(ARGV[1])) then return {'kept'} end
tellChanged(ARGV[2])
redis.call('DEL', KEYS[2])
if tonumber(log[6] or '0') > 0 then
  redis.call('HSET', KEYS[1], 'gone', '1')
  redis.call('PERSIST', KEYS[1])
  return {'hidden'}
end
redis.call('DEL', KEYS[1])
return {'removed', log[1], log[5] or ''}
`);

/** ARGV incarnation, and the fork as `<incarnation> <id>`. Notes that a stream has this fork. Replies attached, missing or gone. */
export const attachScript = redisScript(`
${prelude}
local log = find()
if log and log[4] then return {'gone'} end
if not log or log[1] ~= ARGV[1] then return {'missing'} end
if redis.call('HSETNX', KEYS[1], 'f:' .. ARGV[2], '') == 1 then redis.call('HINCRBY', KEYS[1], 'forks', 1) end
return {'attached'}
`);

/** ARGV the fork as `<incarnation> <id>`. Forgets it, and a stream that is gone with its last fork. Replies as `removeScript`. */
export const releaseScript = redisScript(`
if redis.call('HDEL', KEYS[1], 'f:' .. ARGV[1]) == 0 then return {'kept'} end
local forks = redis.call('HINCRBY', KEYS[1], 'forks', -1)
local log = redis.call('HMGET', KEYS[1], 'gone', 'incarnation', 'from')
if not log[1] or forks > 0 then return {'kept'} end
redis.call('DEL', KEYS[1])
return {'removed', log[2], log[3] or ''}
`);

/**
 * KEYS index of closed streams; ARGV time of the seal or '' when it was earlier and is not known, id, life after the seal
 * in ms or ''. Drops those that Redis has removed.
 */
export const indexScript = redisScript(`
${prelude}
local time = now()
if ARGV[1] ~= '' then redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2]) else redis.call('ZADD', KEYS[1], 'NX', time, ARGV[2]) end
if ARGV[3] ~= '' then redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%d', time - ARGV[3])) end
`);
