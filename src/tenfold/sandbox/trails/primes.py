"""RSA keys of a seed: the same draws give the same key, which no library's own generator does."""

from collections.abc import Iterator
from itertools import compress
from random import Random

from cryptography.hazmat.primitives.asymmetric import rsa

_EXPONENT = 65537
_PRIME_BITS = 1024
_WINDOW = 8192  # odd numbers sieved at once; a prime is among them but for one draw in 10^10
_SIEVE_LIMIT = 20_000
_WITNESSES = (2, 3, 5, 7, 11)  # enough for numbers that chance chose, not for those that an enemy did


def draw_key(rng: Random) -> rsa.RSAPrivateKey:
    """A 2048-bit key. It is a sandbox's: whoever knows the seed knows the key."""
    p, q = _draw_prime(rng), _draw_prime(rng)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    exponents = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *exponents, rsa.RSAPublicNumbers(_EXPONENT, p * q)).private_key()


def _draw_prime(rng: Random) -> int:
    """A prime with its two highest bits set, so that two of them make a modulus of the full length."""
    while True:
        start = rng.getrandbits(_PRIME_BITS) | 0b11 << _PRIME_BITS - 2 | 1
        for candidate in _without_small_factors(start):
            if candidate % _EXPONENT != 1 and _is_prime(candidate):
                return candidate


def _without_small_factors(start: int) -> Iterator[int]:
    """The odd numbers from `start` (odd) on that no small prime divides."""
    open_ones = bytearray(b"\1") * _WINDOW
    for prime in _SMALL_PRIMES:
        first = -start * ((prime + 1) // 2) % prime  # start + 2 * first is the first multiple: (prime + 1) / 2 halves
        open_ones[first::prime] = bytes(len(range(first, _WINDOW, prime)))
    return compress(range(start, start + 2 * _WINDOW, 2), open_ones)


def _is_prime(number: int) -> bool:
    """By Miller and Rabin."""
    twos = (number - 1 & 1 - number).bit_length() - 1
    return all(_passes(number, witness, twos) for witness in _WITNESSES)


def _passes(number: int, witness: int, twos: int) -> bool:
    power = pow(witness, number - 1 >> twos, number)
    if power in {1, number - 1}:
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


def _odd_primes(limit: int) -> list[int]:
    return [n for n in range(3, limit, 2) if all(n % divisor for divisor in range(3, int(n**0.5) + 1, 2))]


_SMALL_PRIMES = _odd_primes(_SIEVE_LIMIT)
