"""Alertmanager and Discord in a run: alerts in, messages out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from obs.lang.error import LanguageError
from obs.lang.gotemplate.alertmanager import MessageData
from obs.lang.gotemplate.render import render_message
from obs.sim.discord import Response, Webhook
from obs.sim.routing.message import GREEN, RED, Alert, DiscordMessage, message_data, render_discord
from obs.sim.routing.server import Alertmanager, Answer, Delivery, Known
from obs.sim.routing.timeline import shown_alert
from obs.sim.rules.evaluator import Posted
from obs.testing.scenario.clock import Clock
from obs.testing.scenario.inputs import Sent
from obs.testing.scenario.observed import Attempt, Post
from obs.testing.scenario.platform import Answered, Platform

RESEND = 60_000
"""How often Prometheus sends an alert that goes on."""

VALID = 4 * RESEND
"""How long Alertmanager is to believe in an alert: four times the longer of interval and resend delay."""


class Deliveries:
    """The server of a run, what was posted to it, and every attempt to tell somebody."""

    def __init__(self, platform: Platform, clock: Clock) -> None:
        self.posts: list[Post] = []
        self.attempts: list[Attempt] = []
        self._platform = platform
        self._clock = clock
        self._answered: dict[tuple[str, str, str], list[Answered]] = {}
        for one in platform.answered:
            self._answered.setdefault(one.said, []).append(one)
        self._webhook = Webhook(clock.inputs.discord, *clock.inputs.discord_limit)
        self.alertmanager = (
            Alertmanager(platform.routing, self._deliver, clock.inputs.start, platform.pace)
            if platform.routing
            else None
        )

    def run_until(self, at: int) -> None:
        """Let everything happen that is due."""
        if self.alertmanager is not None:
            self.alertmanager.run_until(at)

    def run_at_once(self, at: int) -> None:
        """A rule has sent its alerts; the next one's come a little later."""
        if self.alertmanager is not None and self._clock.away("alertmanager", at) is None:
            self.alertmanager.run_at_once(at)

    def restart(self, keep: bool, _: int) -> None:
        """Alertmanager ends; it is away as long as the inputs say."""
        if self.alertmanager is not None:
            self.alertmanager.restart(keep=keep)

    def post(self, posted: Posted, at: int) -> None:
        """Prometheus sends an alert; its own labels go with it, but for those that the operator drops."""
        dropped = set(self._platform.dropped_external)
        together = {**self._platform.external_labels, **posted.labels}
        labels = {name: value for name, value in together.items() if name not in dropped}
        base = self._clock.wall(at) - at
        whole = Posted(labels, posted.annotations, posted.starts_at, posted.ends_at, posted.resolved)
        self._into(whole, at, posted.starts_at - base, posted.ends_at - base)

    def send(self, sent: Sent, ends: int | None, at: int) -> None:
        """An alert that no rule of ours makes: by hand without an end, or as Prometheus sends it."""
        ends_at = ends if ends is not None else at + VALID if sent.every else None
        posted = Posted(sent.labels, sent.annotations, sent.at, ends_at or 0, ends is not None)
        self._into(posted, at, sent.at if sent.every else None, ends_at)

    def _into(self, posted: Posted, at: int, starts_at: int | None, ends_at: int | None) -> None:
        lost = ""
        if self.alertmanager is None:
            lost = self._platform.routing_problem or "Alertmanager has no configuration"
        elif self._clock.away("alertmanager", at) is not None:
            lost = "Alertmanager was not running"
        else:
            self.alertmanager.post(
                posted.labels, posted.annotations, at, starts_at=starts_at, ends_at=ends_at
            )
        self.posts.append(Post(at, posted, lost))

    # Messages

    def _deliver(self, delivery: Delivery) -> Answer:
        shown = [self._shown(alert, delivery.at) for alert in delivery.alerts]
        address = self._platform.alertmanager_url
        data = message_data(shown, delivery.receiver, delivery.group_labels, address)
        try:
            message = self._message(delivery, data)
        except LanguageError as error:
            self.attempts.append(Attempt(delivery, None, Response(0), error.message))
            return Answer(ok=False, error=f"the template fails: {error.message}")
        if message is None:
            self.attempts.append(Attempt(delivery, None, Response(200, "not Discord: nothing is rendered")))
            return Answer()
        response = self._answer(delivery, message)
        self.attempts.append(Attempt(delivery, message, response))
        return Answer(response.ok, response.retried, "" if response.ok else str(response), response.takes)

    def _answer(self, delivery: Delivery, message: DiscordMessage) -> Response:
        """What Discord says, or what it was heard to say to this very message at about this moment."""
        said = delivery.receiver, message.title, message.description
        known = self._answered.get(said)
        if not known:
            return self._webhook.post(message, delivery.at)
        nearest = min(known, key=lambda one: abs(one.at - delivery.at))
        known.remove(nearest)
        return Response(204) if nearest.taken else Response(429, "as it was heard", limited=True)

    def _shown(self, alert: Known, at: int) -> Alert:
        """An alert with the moments that a text shows."""
        start, factor = self._platform.shown_clock or (self._clock.inputs.start, 1)
        if factor > 1:
            alert = replace(
                alert, starts_at=alert.starts_at // factor, ends_at=alert.ends_at // factor, updated_at=0
            )
        return shown_alert(alert, at // factor, start)

    def _message(self, delivery: Delivery, data: MessageData) -> DiscordMessage | None:
        """The message to Discord, natively or in Slack's way; None for an integration that is not Discord's."""
        assert self._platform.routing is not None
        receiver = self._platform.routing.receiver(delivery.receiver)
        if delivery.kind == "discord_configs":
            return render_discord(receiver.discord[delivery.index], data, self._platform.alertmanager_version)
        if delivery.kind != "slack_configs":
            return None
        config = receiver.others[delivery.kind][delivery.index]
        return _slack(config if isinstance(config, Mapping) else {}, data)


def _slack(config: Mapping[str, object], data: MessageData) -> DiscordMessage:
    """What Discord's `/slack` address makes of a message for Slack; its title is cut at Slack's limit, not Discord's.

    Source: Alertmanager 0.27, `notify/slack`.
    """
    title = render_message(str(config.get("title", '{{ template "slack.default.title" . }}')), data)
    text = render_message(str(config.get("text", '{{ template "slack.default.text" . }}')), data)
    limit = 1024
    cut = title if len(title) <= limit else f"{title[: limit - 1]}…"
    return DiscordMessage(cut, text, RED if data.status == "firing" else GREEN)
