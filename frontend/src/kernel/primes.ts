/** Numbers modulo primes below 2^26 (their products are exact in doubles), put together by the Chinese remainders. */

const known: number[] = [];
let candidate = 2 ** 26 - 1;

/** Enough primes just below 2^26 for their product to exceed 2^bits. */
export function primesFor(bits: number): number[] {
  while (known.length * 25 <= bits) {
    if (isPrime(candidate)) known.push(candidate);
    candidate -= 2;
  }
  return known.slice(0, Math.floor(bits / 25) + 1);
}

function isPrime(n: number): boolean {
  for (let divisor = 3; divisor * divisor <= n; divisor += 2) if (n % divisor === 0) return false;
  return true;
}

/** a * b modulo the prime, all below 2^26; `inverse` is 1 / prime. */
export function multiply(a: number, b: number, prime: number, inverse: number): number {
  const product = a * b;
  const rest = product - Math.floor(product * inverse) * prime; // the quotient may be one off, either way
  if (rest < 0) return rest + prime;
  return rest >= prime ? rest - prime : rest;
}

/** The product of the primes before each one, and its inverse modulo that prime; the primes are always the same. */
const before: { readonly modulus: bigint; readonly inverse: number }[] = [];

function prepare(primes: readonly number[]): void {
  for (let i = before.length; i < primes.length; i++) {
    const modulus = i === 0 ? 1n : before[i - 1]!.modulus * BigInt(primes[i - 1]!);
    before.push({ modulus, inverse: invert(Number(modulus % BigInt(primes[i]!)), primes[i]!) });
  }
}

/** The number below the product of the primes (those of `primesFor`) that has these residues. */
export function recombine(residues: ArrayLike<number>, primes: readonly number[]): bigint {
  prepare(primes);
  let value = 0n;
  primes.forEach((prime, i) => {
    const { modulus, inverse } = before[i]!;
    const off = residues[i]! - Number(value % BigInt(prime));
    const missing = multiply(off < 0 ? off + prime : off, inverse, prime, 1 / prime);
    if (missing !== 0) value += modulus * BigInt(missing);
  });
  return value;
}

/** The inverse modulo a prime (Fermat). */
function invert(a: number, prime: number): number {
  let result = 1;
  let power = a;
  for (let exponent = prime - 2; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = multiply(result, power, prime, 1 / prime);
    power = multiply(power, power, prime, 1 / prime);
  }
  return result;
}
