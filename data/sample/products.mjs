import { list, oneOf } from './random.mjs';

const productCount = 600;

/** Category, its kinds of thing, and the price range in cents. */
const categories = [
  ['Electronics', ['Headphones', 'Tablet', 'Smartwatch', 'Speaker', 'Charger'], 1999, 64999],
  ['Home & Kitchen', ['Kettle', 'Pan', 'Knife Set', 'Blender', 'Storage Box'], 999, 18999],
  ['Fashion', ['Jacket', 'Jeans', 'Sneakers', 'Scarf', 'Dress'], 1499, 15999],
  ['Beauty', ['Serum', 'Shampoo', 'Perfume', 'Soap', 'Hand Cream'], 499, 7999],
  ['Sports & Outdoors', ['Tent', 'Yoga Mat', 'Backpack', 'Bottle', 'Dumbbell'], 899, 29999],
  ['Toys', ['Puzzle', 'Board Game', 'Building Set', 'Plush Bear', 'Kite'], 699, 9999],
  ['Books', ['Novel', 'Cookbook', 'Atlas', 'Biography', 'Workbook'], 599, 4999],
  ['Garden', ['Hose', 'Planter', 'Lantern', 'Pruner', 'Seed Box'], 399, 12999],
  ['Office', ['Desk Lamp', 'Notebook', 'Chair', 'Pen Set', 'Organizer'], 299, 34999],
  ['Pet Supplies', ['Dog Bed', 'Cat Tree', 'Leash', 'Feeder', 'Aquarium'], 599, 17999],
];
const adjectives = ['Classic', 'Compact', 'Nordic', 'Urban', 'Premium', 'Eco', 'Café', "Traveler's", 'Mini', 'Pro'];
const brands = ['Aldera', 'Brightwell', 'Corvane', 'Delmonte & Sons', 'Ekströms', 'Fennick', 'Galvano', 'Hollow Oak'];
const suppliers = ['Harbor Trading', 'Lindqvist AB', 'Meridian Goods', 'Pacific Source', 'Quartz Supply'];

/**
 * One product in fifty was never ordered (the numbers that leave 7): these were launched last.
 * Four products have no category, so that a sum by category has a null member.
 */
export const neverOrdered = 'product_id % 50 = 7';

const column = (index) => categories.map((row) => row[index]);

export const products = {
  name: 'products',
  owner: 'merchandising',
  freshness: 'weekly',
  description: 'What the shop sells, one row per product, with list price and unit cost.',
  orderBy: 'product_id',
  columns: [
    ['product_id', 'INTEGER', false, 'Number of the product'],
    ['sku', 'VARCHAR', false, 'Stock keeping unit, printed on the shelf label'],
    ['product_name', 'VARCHAR', false, 'Name shown in the shop'],
    ['category', 'VARCHAR', true, 'Top level of the assortment; missing for products not yet sorted in'],
    ['subcategory', 'VARCHAR', false, 'Kind of thing within the category'],
    ['brand', 'VARCHAR', true, 'Brand; missing for unbranded goods'],
    ['supplier', 'VARCHAR', false, 'Company that delivers the product to us'],
    ['list_price', 'DECIMAL(10,2)', false, 'Catalog price of one unit, in EUR, before tax'],
    ['unit_cost', 'DECIMAL(10,2)', false, 'What one unit costs us, in EUR'],
    ['weight_kg', 'DOUBLE', true, 'Shipping weight of one unit, in kilograms'],
    ['launch_date', 'DATE', false, 'First day on sale'],
    ['is_discontinued', 'BOOLEAN', false, 'True when the product is no longer bought in'],
  ],
  select: () => `
    WITH numbered AS (
      SELECT n AS product_id, 1 + pick(n, 101, ${categories.length}) AS c, 1 + pick(n, 102, 5) AS k
      FROM range(1, ${productCount + 1}) AS r(n)
    ), priced AS (
      SELECT *,
        ([${column(2)}])[c] + pick_small(product_id, 103, ([${column(3)}])[c] - ([${column(2)}])[c]) AS price_cents,
        ([${categories.map((row) => list(row[1])).join(', ')}])[c][k] AS subcategory
      FROM numbered
    )
    SELECT product_id, subcategory,
      'SKU-' || lpad((product_id * 7919 % 100000)::VARCHAR, 5, '0') AS sku,
      ${oneOf(adjectives, 'product_id', 104)} || ' ' || subcategory || ' ' || (100 + product_id) AS product_name,
      CASE WHEN product_id % 150 <> 31 THEN (${list(column(0))})[c] END AS category,
      CASE WHEN pick(product_id, 105, 100) >= 6 THEN ${oneOf(brands, 'product_id', 106)} END AS brand,
      ${oneOf(suppliers, 'product_id', 107)} AS supplier,
      money(price_cents) AS list_price,
      money(price_cents * (45 + pick(product_id, 108, 30)) // 100) AS unit_cost,
      CASE WHEN pick(product_id, 109, 100) >= 4 THEN (50 + pick_small(product_id, 110, 14950)) / 1000.0 END AS weight_kg,
      CASE WHEN ${neverOrdered} THEN DATE '2026-05-01' + pick(product_id, 111, 60)::INTEGER
        ELSE DATE '2019-01-15' + pick(product_id, 111, 1990)::INTEGER END AS launch_date,
      NOT (${neverOrdered}) AND pick(product_id, 112, 100) < 9 AS is_discontinued
    FROM priced`,
};
