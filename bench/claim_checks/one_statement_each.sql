-- The peer: each check of a line as the one SQL statement that an office would write for it, over the same Parquet
-- files. {lines}, {bills}, {stock_moves} are the files, {knowledge} the check's table. Amounts only, no sentences.
-- name: sex
SELECT l.institution_code, l.case_id, l.line_number, coalesce(l.fund_amount, l.amount) AS amount
FROM {lines} l JOIN {knowledge} k ON l.item_code = k.item_code AND l.charged_on >= k.valid_from
JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
WHERE l.amount >= 0 AND b.sex IN ('1', '2') AND b.sex <> k.sex;
-- name: age
SELECT l.institution_code, l.case_id, l.line_number, coalesce(l.fund_amount, l.amount) AS amount
FROM {lines} l JOIN {knowledge} k ON l.item_code = k.item_code AND l.charged_on >= k.valid_from
JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
WHERE l.amount >= 0 AND b.birth_date <= l.charged_on
  AND (datesub('year', b.birth_date, l.charged_on) < k.min_years
       OR datesub('year', b.birth_date, l.charged_on) > k.max_years);
-- name: insurance_type
SELECT l.institution_code, l.case_id, l.line_number, coalesce(l.fund_amount, l.amount) AS amount
FROM {lines} l JOIN {knowledge} k ON l.item_code = k.item_code AND l.charged_on >= k.valid_from
JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
WHERE l.amount >= 0 AND coalesce(l.fund_amount, l.amount) > 0
  AND b.insurance_type <> '' AND b.insurance_type <> k.insurance_type;
-- name: care_setting
SELECT l.institution_code, l.case_id, l.line_number, coalesce(l.fund_amount, l.amount) AS amount
FROM {lines} l JOIN {knowledge} k ON l.item_code = k.item_code AND l.charged_on >= k.valid_from
JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
WHERE l.amount >= 0 AND coalesce(l.fund_amount, l.amount) > 0
  AND NOT list_contains(string_split(k.settings, '|'), coalesce(nullif(l.care_setting, ''), b.care_setting));
-- name: institution_level
SELECT l.institution_code, l.case_id, l.line_number, coalesce(l.fund_amount, l.amount) AS amount
FROM {lines} l JOIN {knowledge} k ON l.item_code = k.item_code AND l.charged_on >= k.valid_from
JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
WHERE l.amount >= 0 AND coalesce(l.fund_amount, l.amount) > 0 AND b.institution_level <> ''
  AND list_position(['village', 'township', 'county', 'city', 'province'], b.institution_level)
    < list_position(['village', 'township', 'county', 'city', 'province'], k.min_level);
-- name: indication
SELECT l.institution_code, l.case_id, l.line_number, coalesce(l.fund_amount, l.amount) AS amount
FROM {lines} l JOIN {knowledge} k ON l.item_code = k.item_code AND l.charged_on >= k.valid_from
JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
WHERE l.amount >= 0 AND coalesce(l.fund_amount, l.amount) > 0 AND b.diagnoses <> ''
  AND len(list_filter(string_split(k.diagnoses, '|'), lambda p: contains('|' || b.diagnoses, '|' || p))) = 0;
-- name: price_ceiling
SELECT l.institution_code, l.case_id, l.line_number, round((l.unit_price - k.ceiling) * l.quantity, 2) AS amount
FROM {lines} l JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
JOIN {knowledge} k ON l.item_code = k.item_code AND b.institution_level = k.level AND l.charged_on >= k.valid_from
WHERE l.amount >= 0 AND l.unit_price > k.ceiling AND round((l.unit_price - k.ceiling) * l.quantity, 2) > 0;
-- name: mark_up
WITH paid AS (
  SELECT institution_code, item_code, moved_on, max(unit_price) AS price FROM {stock_moves}
  WHERE kind = 'purchase' AND unit_price IS NOT NULL GROUP BY ALL)
SELECT l.institution_code, l.case_id, l.line_number, round((l.unit_price - p.price * (1 + {ratio})) * l.quantity, 2) AS amount
FROM {lines} l ASOF JOIN paid p
  ON l.institution_code = p.institution_code AND l.item_code = p.item_code AND l.charged_on >= p.moved_on
JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
WHERE l.amount >= 0 AND l.fee_item IN ({fee_items}) AND l.unit_price - p.price * (1 + {ratio}) > 0.005;
-- name: not_payable
SELECT l.institution_code, l.case_id, l.line_number, coalesce(l.fund_amount, l.amount) AS amount
FROM {lines} l JOIN {knowledge} k ON l.item_code = k.item_code AND l.charged_on >= k.valid_from
JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
WHERE l.amount >= 0 AND coalesce(l.fund_amount, l.amount) > 0;
-- name: after_death
SELECT l.institution_code, l.case_id, l.line_number, coalesce(l.fund_amount, l.amount) AS amount
FROM {lines} l JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
WHERE l.amount >= 0 AND b.died_on < l.charged_on;
-- name: dose
SELECT l.institution_code, l.case_id, l.line_number, coalesce(l.fund_amount, l.amount) AS amount
FROM {lines} l JOIN {knowledge} k ON l.item_code = k.item_code AND l.charged_on >= k.valid_from
JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
WHERE l.amount >= 0 AND l.daily_dose > k.max_daily_dose;
-- name: days_supply
WITH judged AS (
  SELECT l.*, CASE WHEN coalesce(nullif(l.care_setting, ''), b.care_setting) = '3' THEN 3
    WHEN regexp_matches('|' || b.diagnoses, '\|(I10|I20|E11|J44)') THEN 30 ELSE 7 END AS allowed
  FROM {lines} l JOIN {bills} b ON l.institution_code = b.institution_code AND l.case_id = b.case_id
  WHERE l.amount >= 0 AND coalesce(nullif(l.care_setting, ''), b.care_setting) <> '2'
    AND l.fee_item IN ('fee_western_medicine', 'fee_patent_medicine', 'fee_herbal_medicine'))
SELECT institution_code, case_id, line_number,
  round(coalesce(fund_amount, amount) * (days_supply - allowed) / days_supply, 2) AS amount
FROM judged WHERE days_supply > allowed;
