import lighthouse, { desktopConfig } from 'lighthouse';
import { launch } from 'puppeteer-core';
import { Cloud } from '../local/cloud.ts';
import { CHROMIUM, FLAGS, hasBrowser } from './browser.ts';

/** Hundredths; of each page and category. */
const GOAL = 95;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
/** Of the performance of a page on a machine that does other things too, the best of so many runs is the page's own. */
const RUNS = 3;

const CONFIG = {
  ...desktopConfig,
  settings: {
    ...desktopConfig.settings,
    onlyCategories: CATEGORIES,
    // Being signed in is kept in the page's storage.
    disableStorageReset: true,
  },
};

type Scores = Readonly<Record<string, number>>;

/** `token` undefined: as somebody who is not signed in. */
async function scoresOf(url: string, token: string | undefined): Promise<Scores> {
  const browser = await launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
  try {
    const page = await browser.newPage();
    if (token !== undefined) {
      await page.evaluateOnNewDocument((value) => sessionStorage.setItem('access-token', value), token);
    }
    const result = await lighthouse(url, { logLevel: 'error' }, CONFIG, page);
    const found = Object.entries(result?.lhr.categories ?? {});
    return Object.fromEntries(found.map(([name, { score }]) => [name, Math.round((score ?? 0) * 100)]));
  } finally {
    await browser.close();
  }
}

const best = (a: Scores, b: Scores): Scores =>
  Object.fromEntries(CATEGORIES.map((name) => [name, Math.max(a[name] ?? 0, b[name] ?? 0)]));
const reached = (scores: Scores) => CATEGORIES.every((name) => (scores[name] ?? 0) >= GOAL);

async function measure(cloud: Cloud): Promise<boolean> {
  const { ref } = await cloud.healthy('shop');
  const token = cloud.local.access_token;
  const pages = [
    { name: 'login', url: `${cloud.url}/login`, token: undefined },
    { name: 'projects', url: `${cloud.url}/`, token },
    { name: 'project', url: `${cloud.url}/projects/${ref}`, token },
  ];
  let fine = true;
  for (const { name, url, token } of pages) {
    let scores: Scores = {};
    for (let run = 0; run < RUNS && !reached(scores); run += 1) {
      scores = best(scores, await scoresOf(url, token));
    }
    fine &&= reached(scores);
    console.log(name.padEnd(10), CATEGORIES.map((one) => `${one} ${scores[one] ?? 0}`).join('  '));
  }
  return fine;
}

if (hasBrowser) {
  const cloud = await Cloud.start();
  try {
    if (!(await measure(cloud))) {
      console.error(`Every one of them should be ${GOAL} or more.`);
      process.exitCode = 1;
    }
  } finally {
    await cloud.destroy();
  }
} else {
  console.log('lighthouse: not run, there is no Chromium');
}
