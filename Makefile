.PHONY: install build check test commands long conformance bench data product clean

install:
	npm ci

build:
	npm run build

check:
	npm run check

test:
	npm test

commands:
	npm run test:commands

long:
	npm run test:long

conformance:
	npm run test:conformance

bench:
	npm run bench

data:
	npm run data

# The product of the README, from the sample.
product:
	npx dpb generate "daily revenue, order count and units sold by region and category for completed orders"

# What can be made again; products/ and runs are kept.
clean:
	rm -rf dist coverage .conformance
