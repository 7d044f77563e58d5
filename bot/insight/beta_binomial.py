"""How likely so many out of so many are by chance, when the share itself is only known from some customers."""

from math import exp, isfinite, lgamma

_MOST = 4000  # customers; of more, a part with the same share is judged, which is quick and errs towards saying nothing
_SURE = 1e9  # ends; a share known from more of them is known for sure, and greater numbers lose their digits


def tail(bad: int, ended: int, alpha: float, beta: float) -> float:
    """Return P(X >= bad | ended, alpha, beta) of the beta-binomial distribution; 1 where it has no meaning."""
    if ended > _MOST:
        bad, ended = bad * _MOST // ended, _MOST
    if isfinite(alpha + beta) and alpha + beta > _SURE:
        alpha, beta = alpha * (_SURE / (alpha + beta)), beta * (_SURE / (alpha + beta))
    if not (0 < bad <= ended and alpha > 0 and beta > 0 and isfinite(alpha + beta)):
        return 1.0
    log = _log_choose(ended, bad) + _log_beta(bad + alpha, ended - bad + beta) - _log_beta(alpha, beta)
    chance = exp(min(log, 0.0))  # it may be above 0 by what is lost in rounding
    total = 0.0
    for number in range(bad, ended + 1):
        total += chance
        if number == ended or chance < total * 1e-9:  # what is still to come changes nothing
            break
        chance *= (ended - number) * (number + alpha) / ((number + 1) * (ended - number - 1 + beta))
    return total if 0 <= total <= 1 else 1.0


def _log_choose(ended: int, bad: int) -> float:
    return lgamma(ended + 1) - lgamma(bad + 1) - lgamma(ended - bad + 1)


def _log_beta(alpha: float, beta: float) -> float:
    return lgamma(alpha) + lgamma(beta) - lgamma(alpha + beta)
