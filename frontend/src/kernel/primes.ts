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

/** The number below the product of the primes that has these residues. */
export function recombine(residues: readonly number[], primes: readonly number[]): bigint {
  let value = 0n;
  let modulus = 1n;
  residues.forEach((residue, i) => {
    const prime = primes[i]!;
    const off = Number((BigInt(residue) - value) % BigInt(prime));
    const missing = multiply(
      off < 0 ? off + prime : off,
      invert(Number(modulus % BigInt(prime)), prime),
      prime,
      1 / prime,
    );
    value += modulus * BigInt(missing);
    modulus *= BigInt(prime);
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
