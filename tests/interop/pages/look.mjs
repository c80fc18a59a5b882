// look.mjs: what a browser, axe-core and a measuring eye find in pages.
// usage: look.mjs PACKAGES CHROMIUM PAGE.html…
//
// Prints `ok - …' or `not ok - …' for each question that it asks of a page,
// with the first of what is wrong, and `end' as its last line.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [packages, program, ...files] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(packages), "package.json"));
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const SCREENS = [1280, 390];
// What A4 leaves between the margins, in CSS pixels.
const PAPER = 688;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

// How much of what is wrong is said.
const most = Number(process.env.FAULTS ?? 4);

function tell(sentence, faults) {
	const some = [...new Set(faults)].slice(0, most).map((one) => one.replace(/\s+/g, " ").slice(0, 160));
	const more = faults.length > some.length ? ` (${faults.length} in all)` : "";

	console.log(faults.length === 0 ? `ok - ${sentence}` : `not ok - ${sentence}: ${some.join("; ")}${more}`);
}

// These run in the page.  What they need is inside them.

function structure() {
	const faults = { headings: [], headers: [], language: [], links: [], plots: [] };
	const at = (element) => (element.textContent || element.tagName).trim().slice(0, 40);
	let level = 0;

	for (const heading of document.querySelectorAll("h1,h2,h3,h4,h5,h6")) {
		const now = Number(heading.tagName[1]);

		if (now > level + 1)
			faults.headings.push(`skipped a level at "${at(heading)}"`);
		level = now;
	}
	if (document.querySelectorAll("h1").length !== 1)
		faults.headings.push("not one h1");
	for (const th of document.querySelectorAll("th")) {
		if (!["col", "row", "colgroup", "rowgroup"].includes(th.getAttribute("scope")))
			faults.headers.push(`no scope at "${at(th)}"`);
	}
	for (const table of document.querySelectorAll("table")) {
		if (table.querySelector("th") === null)
			faults.headers.push(`no th in "${at(table)}"`);
		for (const row of table.querySelectorAll("tbody tr")) {
			if (row.cells.length !== table.querySelectorAll("thead th").length)
				faults.headers.push(`other columns than its heads in "${at(row)}"`);
		}
	}
	if (!document.documentElement.lang)
		faults.language.push("html has no lang");
	const ids = new Set();
	for (const element of document.querySelectorAll("[id]")) {
		if (ids.has(element.id))
			faults.links.push(`two are called #${element.id}`);
		ids.add(element.id);
	}
	for (const link of document.querySelectorAll("a[href]")) {
		const to = link.getAttribute("href");

		if (!to.startsWith("#"))
			faults.links.push(`leads out of the page: ${to}`);
		else if (!ids.has(to.slice(1)))
			faults.links.push(`leads nowhere: ${to}`);
	}
	for (const svg of document.querySelectorAll("svg")) {
		if (svg.getAttribute("aria-hidden") === "true") {
			if (svg.querySelector("text") !== null)
				faults.plots.push("hidden, with text in it");
			continue;
		}
		const name = svg.querySelector(":scope > title"), desc = svg.querySelector(":scope > desc");
		const own = svg.closest("figure")?.querySelector("table") ?? null;

		if (!name?.textContent.trim() || !desc?.textContent.trim())
			faults.plots.push(`no title and desc at "${at(svg)}"`);
		// Several plots may share a table of their section, or of one that it leads to.
		const section = svg.closest("section");
		const others = [...section?.querySelectorAll("a[href^='#']") ?? []]
		    .map((link) => document.getElementById(link.getAttribute("href").slice(1)))
		    .filter((one) => one?.tagName === "H2").map((one) => one.closest("section"));

		if (own === null && ![section, ...others].some((one) => one?.querySelector("table tbody tr")))
			faults.plots.push(`no table at "${at(svg)}"`);
		if (own === null)
			continue;
		// One mark a row: unless the table says that it leaves some out.
		const rows = own.querySelectorAll("tbody tr").length;
		const line = svg.querySelector("polyline");
		const marks = svg.querySelectorAll("path[marker-end]").length
		    || (line ? line.points.numberOfItems : svg.querySelectorAll(":scope > circle").length);

		if (marks > 0 && marks !== rows && !/one in/.test(own.caption?.textContent ?? ""))
			faults.plots.push(`${marks} marks and ${rows} rows at "${at(svg)}"`);
	}
	return faults;
}

// Nothing runs out of the page, out of its place, or over something else.
function room() {
	const faults = { page: [], cut: [], plots: [] };
	const at = (element) => `<${element.tagName.toLowerCase()}> "${(element.textContent || "").trim().slice(0, 30)}"`;
	const wide = document.documentElement.clientWidth;

	if (document.documentElement.scrollWidth > wide || document.body.scrollWidth > wide)
		faults.page.push(`the page is ${document.documentElement.scrollWidth} wide, the screen ${wide}`);
	for (const element of document.body.querySelectorAll("*:not(svg *)")) {
		const style = getComputedStyle(element);
		const over = element.scrollWidth - element.clientWidth;

		// Inline boxes have no width of their own; one pixel is rounding.
		if (style.display === "inline" || element.clientWidth <= 1 || over <= 1)
			continue;
		if (["auto", "scroll"].includes(style.overflowX)) {
			if (element.tabIndex < 0 || element.getAttribute("role") !== "region" || !element.getAttribute("aria-label")?.trim())
				faults.cut.push(`scrolls, and no keyboard gets there: ${at(element)}`);
		} else if (["hidden", "clip"].includes(style.overflowX)) {
			faults.cut.push(`cut off: ${at(element)}`);
		} else if (["TD", "TH", "LI", "DD", "DT", "P", "H1", "H2", "H3", "FIGCAPTION", "CAPTION"].includes(element.tagName)) {
			faults.cut.push(`runs out of its place by ${over}: ${at(element)}`);
		}
	}
	for (const svg of document.querySelectorAll("svg:not([aria-hidden=true])")) {
		const frame = svg.getBoundingClientRect();
		const scale = frame.width / svg.viewBox.baseVal.width;
		const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
		const boxes = texts.map((text) => text.getBoundingClientRect());

		texts.forEach((text, i) => {
			const box = boxes[i], holder = text.parentElement.querySelector(":scope > rect:first-child[width]");
			const size = parseFloat(getComputedStyle(text).fontSize) * scale;

			if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
				faults.plots.push(`cut off in a plot: ${at(text)}`);
			if (size < 8)
				faults.plots.push(`letters of ${size.toFixed(1)} pixels: ${at(text)}`);
			if (text.parentElement.tagName === "g" && holder !== null && holder.width.baseVal.value > 60) {
				const around = holder.getBoundingClientRect();

				if (box.left < around.left || box.right > around.right + 1)
					faults.plots.push(`runs out of its box: ${at(text)}`);
			}
			for (let j = 0; j < i; j++) {
				const across = Math.min(box.right, boxes[j].right) - Math.max(box.left, boxes[j].left);
				const down = Math.min(box.bottom, boxes[j].bottom) - Math.max(box.top, boxes[j].top);

				if (across > 1 && down > 3 * scale)
					faults.plots.push(`one over the other: ${at(text)} ${at(texts[j])}`);
			}
		});
	}
	return faults;
}

// axe-core does not look at text in SVG.
function plotContrast() {
	const faults = [];
	const parse = (colour) => (colour.match(/[\d.]+/g) ?? ["0", "0", "0", "0"]).map(Number);
	const light = (colour) => {
		const [r, g, b] = parse(colour).slice(0, 3).map((one) => {
			const part = one / 255;

			return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
		});

		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const ground = (element) => {
		for (let one = element; one !== null; one = one.parentElement) {
			const colour = parse(getComputedStyle(one).backgroundColor);

			if (colour.length < 4 || colour[3] > 0)
				return getComputedStyle(one).backgroundColor;
		}
		return "rgb(255, 255, 255)";
	};

	for (const text of document.querySelectorAll("svg:not([aria-hidden=true]) text")) {
		const holder = text.parentElement.tagName === "g" ? text.parentElement.querySelector(":scope > rect:first-child") : null;
		const holds = holder !== null && holder.width.baseVal.value > 60 && getComputedStyle(holder).fill !== "none";
		const behind = light(holds ? getComputedStyle(holder).fill : ground(text.ownerSVGElement));
		const front = light(getComputedStyle(text).fill);
		const ratio = (Math.max(front, behind) + 0.05) / (Math.min(front, behind) + 0.05);

		if (ratio < 4.5)
			faults.push(`contrast of ${ratio.toFixed(1)} in a plot at "${text.textContent.trim().slice(0, 30)}"`);
	}
	return faults;
}

function paper() {
	const faults = [];
	const wide = document.documentElement.clientWidth;

	for (const head of document.querySelectorAll("thead")) {
		if (getComputedStyle(head).display !== "table-header-group")
			faults.push(`heads do not repeat: "${head.textContent.trim().slice(0, 30)}"`);
	}
	for (const details of document.querySelectorAll("details:not([open])")) {
		const hidden = [...details.children].filter((one) => one.tagName !== "SUMMARY" && !one.checkVisibility({ contentVisibilityAuto: true }));

		if (hidden.length > 0)
			faults.push(`folded: "${details.textContent.trim().slice(0, 30)}"`);
	}
	// Paper does not scroll.
	for (const element of document.body.querySelectorAll("table, svg, p, li, dl, h1, h2, h3, pre")) {
		const box = element.getBoundingClientRect();

		if (box.width > 0 && box.right > wide + 1)
			faults.push(`wider than the paper by ${Math.round(box.right - wide)}: <${element.tagName.toLowerCase()}> "${(element.caption ?? element).textContent.trim().slice(0, 40)}"`);
	}
	return faults;
}

// What is not shown has text all the same.
const sections = () => [...document.querySelectorAll("main > :not(nav), footer")].map((one) => (one.checkVisibility() ? one.innerText ?? one.textContent : "").replace(/\s+/g, " ").trim());

async function axeFinds(page, options) {
	await page.evaluate(axe);
	const found = await page.evaluate((wanted) => globalThis.axe.run(document, wanted), options);
	const told = (one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")}`);

	return found.violations.flatMap(told);
}

async function look(browser, file) {
	const url = pathToFileURL(path.resolve(file)).href;
	const name = `${path.basename(path.dirname(file))}/${path.basename(file, ".html")}`;
	const asked = [];
	const open = async (options) => {
		const context = await browser.newContext(options);

		await context.route("**/*", (route) => {
			if (route.request().url() === url)
				return route.continue();
			asked.push(route.request().url());
			return route.abort();
		});
		const page = await context.newPage();

		await page.goto(url);
		return page;
	};
	const page = await open({ viewport: { width: SCREENS[0], height: 900 }, colorScheme: "light" });
	const built = await page.evaluate(structure);
	const said = await page.evaluate(() => document.body.innerText);

	tell(`${name}: headings in order, no level skipped`, built.headings);
	tell(`${name}: every column has its head, with a scope`, built.headers);
	tell(`${name}: says in what language it is`, built.language);
	tell(`${name}: every link leads to one place in it`, built.links);
	tell(`${name}: every plot has a title, a description and its numbers`, built.plots);
	for (const width of SCREENS) {
		await page.setViewportSize({ width, height: 900 });
		tell(`${name} at ${width}: axe-core finds nothing`, await axeFinds(page, { runOnly: { type: "tag", values: RULES }, resultTypes: ["violations"] }));
		const space = await page.evaluate(room);

		tell(`${name} at ${width}: the page is no wider than the screen`, space.page);
		tell(`${name} at ${width}: no text is cut off`, space.cut);
		tell(`${name} at ${width}: nor in a plot`, space.plots);
	}
	for (const colorScheme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme });
		const faults = await page.evaluate(plotContrast);

		faults.push(...await axeFinds(page, { runOnly: { type: "rule", values: ["color-contrast"] }, resultTypes: ["violations"] }));
		tell(`${name}: contrast where it is ${colorScheme}`, faults);
	}
	await page.setViewportSize({ width: PAPER, height: 1000 });
	await page.emulateMedia({ colorScheme: "light" });
	const before = await page.evaluate(sections);

	await page.emulateMedia({ media: "print" });
	const faults = await page.evaluate(paper);
	const after = await page.evaluate(sections);

	before.forEach((text, i) => {
		if (text !== after[i])
			faults.push(`other words on paper: "${text.slice(0, 40)}"`);
	});
	const pdf = await page.pdf({ preferCSSPageSize: true });

	if (pdf.subarray(0, 5).toString() !== "%PDF-" || pdf.length < 5000)
		faults.push("no PDF");
	tell(`${name}: on paper nothing is folded, cut or without its heads`, faults);
	await page.context().close();

	const plain = await open({ viewport: { width: SCREENS[0], height: 900 }, javaScriptEnabled: false });
	const without = await plain.evaluate(() => document.body.innerText);

	tell(`${name}: says the same without scripts`, without === said ? [] : [`${without.length} characters, ${said.length} with scripts`]);
	await plain.context().close();
	tell(`${name}: asks for nothing from elsewhere`, asked);
}

const browser = await chromium.launch({
	executablePath: program,
	headless: true,
	args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

for (const file of files)
	await look(browser, file);
await browser.close();
console.log("end");
