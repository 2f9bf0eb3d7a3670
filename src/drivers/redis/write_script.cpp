#include "drivers/redis/write_script.hpp"

namespace trifle::stats::detail::redis {

// Two passes: everything is read, added and checked before the first write, since a script isn't rolled back. What can
// still refuse a write then (memory, a replica, a disk that is full) refuses the first of them, and with it all.
//
// Lua 5.1 knows only doubles, so integers beyond 2^53 are added in two halves of decimal digits.
const std::string_view kWriteScript = R"lua(
local call, pcall, find, match, format, sub = redis.call, redis.pcall, string.find, string.match, string.format, string.sub
local tonumber, type, unpack = tonumber, type, unpack
local EXACT = 9007199254740992

local seconds, attempt = ARGV[2], ARGV[3]
local rows_end = #KEYS
local ledger, written
if seconds ~= '' then
  ledger, written = KEYS[rows_end], '1'
  rows_end = rows_end - 1
  local known = call('GET', ledger)
  local batch = ARGV[5]
  if batch then
    written = attempt .. ' ' .. batch
    local last, written_last
    if known then last, written_last = match(known, '^(%d+) (.*)$') end
    if written_last == batch then return {2} end
    if last and tonumber(last) >= tonumber(attempt) then return {4} end
  elseif known then
    if known == '1' then return {2} end
    if tonumber(sub(known, 2)) >= tonumber(attempt) then return {4} end
  end
end

local function real(v)
  if v % 1 == 0 and v <= EXACT and v >= -EXACT then return format('%d', v) end
  local text = format('%.15g', v)
  if tonumber(text) ~= v then text = format('%.16g', v) end
  if tonumber(text) ~= v then text = format('%.17g', v) end
  if v > EXACT or v < -EXACT then
    local whole = format('%.0f', v)
    if #whole <= #text then return whole end
  end
  return text
end

local function fresh(b)
  if type(b) == 'string' then return b end
  return real(b)
end

local function decimal(s)
  local rest = match(s, '^[-+]?%d+(.*)$')
  if not rest then return nil end
  rest = match(rest, '^%.%d+(.*)$') or rest
  if rest == '' or find(rest, '^[eE][-+]?%d+$') then return tonumber(s) end
end

local function halves(s)
  local sign, digits = match(s, '^([-+]?)0*(%d+)$')
  if not digits then sign, digits = match(s, '^([-+]?)0*(%d+)%.0+$') end
  if not digits or #digits > 19 then return nil end
  local high, low = tonumber(sub(digits, 1, -10)) or 0, tonumber(sub(digits, -9))
  local last = sign == '-' and 854775808 or 854775807
  if high > 9223372036 or (high == 9223372036 and low > last) then return nil end
  if sign == '-' then return -high, -low end
  return high, low
end

local function carefully(o, b)
  local n = decimal(o)
  if not n or n - n ~= 0 then return fresh(b) end
  local high, low = halves(o)
  local other, rest
  if type(b) == 'string' then
    other, rest = halves(b)
  elseif b % 1 == 0 and b <= EXACT and b >= -EXACT then
    other, rest = halves(format('%d', b))
  end
  if not high or not other then
    local v = n + b
    if v - v ~= 0 then return nil end
    return real(v)
  end
  high, low = high + other, low + rest
  if low >= 1e9 then high, low = high + 1, low - 1e9 elseif low <= -1e9 then high, low = high - 1, low + 1e9 end
  if high > 0 and low < 0 then high, low = high - 1, low + 1e9 elseif high < 0 and low > 0 then high, low = high + 1, low - 1e9 end
  local text
  if high == 0 then return format('%d', low) end
  if high > 0 then text = format('%d%09d', high, low) else text = format('-%d%09d', -high, -low) end
  if halves(text) then return text end
  return real(tonumber(text))
end

local batch = cmsgpack.unpack(ARGV[1])
local shapes, rows, expiry = batch[1], batch[2], batch[3]
local asked, words, counts = {}, {}, {}
for s = 1, #shapes do
  local shape = shapes[s]
  local count = shape[1]
  local names, pairs_of = {}, {}
  for j = 2, #shape do
    if j <= count + 1 then names[j - 1] = shape[j] end
    pairs_of[2 * j - 3] = shape[j]
  end
  asked[s], words[s], counts[s] = names, pairs_of, count
end

local faults
local function fault(i, reason)
  faults = faults or {3}
  faults[#faults + 1] = i
  faults[#faults + 1] = reason
end

for i = 1, rows_end do
  local row = rows[i]
  local shape = row[1]
  local count = counts[shape]
  if count == 0 then
    local length = pcall('HLEN', KEYS[i])
    if type(length) == 'table' then fault(i, length.err) end
  else
    local old = pcall('HMGET', KEYS[i], unpack(asked[shape]))
    if old.err then
      fault(i, old.err)
    else
      for j = 1, count do
        local o, b = old[j], row[j + 1]
        if not o then
          row[j + 1] = fresh(b)
        else
          -- Digits alone, or a fraction: most are. What is 2^53 may be rounded.
          local v
          if find(o, '^%-?%d+$') then
            if #o < 16 and b == b + 0 then v = o + b end
          elseif b == b + 0 and find(o, '^%-?%d+%.%d*[1-9]$') then
            v = o + b
          end
          if v and v < EXACT and v > -EXACT then
            row[j + 1] = v % 1 == 0 and format('%d', v) or real(v)
          else
            v = carefully(o, b)
            if v then row[j + 1] = v else fault(i, '') end
          end
        end
      end
    end
  end
end
if faults or ARGV[4] == 'check' then return faults or {0} end

local now = expiry and tonumber(call('TIME')[1])
for i = 1, rows_end do
  local row = rows[i]
  local pairs_of = words[row[1]]
  for j = 2, #row do pairs_of[2 * j - 2] = row[j] end
  call('HSET', KEYS[i], unpack(pairs_of))
end
if expiry then
  for i = 1, rows_end do
    local keep = expiry[i]
    if keep then
      local left = keep[2] + math.max(0, keep[1] - now)
      if call('TTL', KEYS[i]) < left then call('EXPIRE', KEYS[i], left) end
    end
  end
end
if ledger then call('SET', ledger, written, 'EX', seconds) end
return {1}
)lua";

const std::string_view kAskScript = R"lua(
local known = redis.call('GET', KEYS[1])
if known == '1' then return 1 end
if not known or tonumber(string.sub(known, 2)) < tonumber(ARGV[2]) then
  redis.call('SET', KEYS[1], 'v' .. ARGV[2], 'EX', ARGV[1])
end
return 0
)lua";

const std::string_view kAskLastScript = R"lua(
local known = redis.call('GET', KEYS[1])
local last, written = nil, ''
if known then last, written = string.match(known, '^(%d+) (.*)$') end
if written == ARGV[3] then return 1 end
if not last or tonumber(last) < tonumber(ARGV[2]) then
  redis.call('SET', KEYS[1], ARGV[2] .. ' ' .. (written or ''), 'EX', ARGV[1])
end
return 0
)lua";

}  // namespace trifle::stats::detail::redis
