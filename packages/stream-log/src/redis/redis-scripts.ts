import { redisScript } from './redis-commands.ts';

/*
 * A log is two keys with one hash tag. `meta` is a hash: incarnation, length, closed (ms) and, for each producer, a
 * field `p:<id>` with "epoch nextSeq reached". `entries` is a stream: entry n (from 1) has the id n-0 and one field,
 * named by the log's incarnation, with its JSON. The seal is the entry length-1, so that blocked readers wake for it.
 */

const readProducer = `
local function readProducer(text)
  local epoch, nextSeq, reached = string.match(text or '', '^(%d+) (%d+) (%d+)$')
  return tonumber(epoch), tonumber(nextSeq), tonumber(reached)
end
`;

/** KEYS meta; ARGV producer, epoch, incarnation for a new log. Replies opened, exists, or fenced and the current epoch. */
export const openScript = redisScript(`
${readProducer}
local created = redis.call('HSETNX', KEYS[1], 'incarnation', ARGV[3])
if created == 1 then redis.call('HSET', KEYS[1], 'length', '0') end
local log = redis.call('HMGET', KEYS[1], 'length', 'p:' .. ARGV[1])
local epoch = tonumber(ARGV[2])
local known = readProducer(log[2])
if known and known > epoch then return {'fenced', known} end
if known ~= epoch then redis.call('HSET', KEYS[1], 'p:' .. ARGV[1], ARGV[2] .. ' 0 ' .. log[1]) end
return {created == 1 and 'opened' or 'exists'}
`);

/**
 * KEYS meta, entries; ARGV producer, epoch, seq, seal time in ms or '', life after the seal in ms, then the entries.
 * Replies written or duplicate with incarnation and length after it, or a refusal. The rules are those of `admitAppend`.
 */
export const appendScript = redisScript(`
${readProducer}
local log = redis.call('HMGET', KEYS[1], 'incarnation', 'length', 'closed', 'p:' .. ARGV[1])
local incarnation, length, isClosed = log[1], tonumber(log[2]), log[3]
if not incarnation then return {'missing'} end
local epoch, seq, seals = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] ~= ''
local knownEpoch, nextSeq, reached = readProducer(log[4])
if knownEpoch and epoch < knownEpoch then return {'fenced', knownEpoch} end
local expected = knownEpoch == epoch and nextSeq or 0
if seq < expected and (isClosed or not seals) then return {'duplicate', incarnation, reached} end
if isClosed then return {'closed'} end
if seq ~= expected then return {'sequence-gap', expected} end
for index = 6, #ARGV do
  length = length + 1
  redis.call('XADD', KEYS[2], string.format('%d-0', length), incarnation, ARGV[index])
end
redis.call('HSET', KEYS[1], 'length', string.format('%d', length),
  'p:' .. ARGV[1], string.format('%d %d %d', epoch, seq + 1, length))
if seals then
  redis.call('HSET', KEYS[1], 'closed', ARGV[4])
  redis.call('XADD', KEYS[2], string.format('%d-1', length), incarnation, '')
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  redis.call('PEXPIRE', KEYS[2], ARGV[5])
end
return {'written', incarnation, length}
`);

/**
 * KEYS meta, entries; ARGV position, most entries, most bytes. Replies missing, or found with incarnation, length,
 * closed (0 or 1) and the entries after the position.
 */
export const readScript = redisScript(`
local log = redis.call('HMGET', KEYS[1], 'incarnation', 'length', 'closed')
if not log[1] then return {'missing'} end
local jsons, size = {}, 0
if tonumber(ARGV[1]) < tonumber(log[2]) then
  local found = redis.call('XRANGE', KEYS[2], '(' .. ARGV[1] .. '-0', log[2] .. '-0', 'COUNT', ARGV[2])
  for index, entry in ipairs(found) do
    jsons[index] = entry[2][2]
    size = size + #jsons[index]
    if size >= tonumber(ARGV[3]) then break end
  end
end
return {'found', log[1], tonumber(log[2]), log[3] and 1 or 0, jsons}
`);

/** KEYS meta, entries; ARGV a time in ms, or none. Removes the log, if it was closed before that time; replies 1 or 0. */
export const removeScript = redisScript(`
local closed = redis.call('HGET', KEYS[1], 'closed')
if ARGV[1] and not (closed and tonumber(closed) < tonumber(ARGV[1])) then return 0 end
return redis.call('DEL', KEYS[1], KEYS[2]) > 0 and 1 or 0
`);
