import { killOften } from './kill-often.ts';

/** `npm run test:kills -- 200 [seed]` */
const [times = '200', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
if (!/^\d{1,5}$/.test(times) || !/^\d{1,10}$/.test(seed)) {
  console.error('How often is a number, and so is the seed: npm run test:kills -- 200 1');
  process.exit(1);
}
const began = Date.now();
console.log(`seed ${seed}`);
const { kills, powerCuts, deeds } = await killOften(Number(times), Number(seed), (count) => {
  if (count % 10 === 0) console.log(`${count} kills`);
});
const seconds = Math.round((Date.now() - began) / 1000);
console.log(
  `${kills} kills (${powerCuts} of every process) in ${seconds} s; nothing lost, nothing left over`,
);
console.log('during', deeds);
