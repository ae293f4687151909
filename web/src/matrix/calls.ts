import type { MatrixClient } from "matrix-js-sdk";
import {
  CallDirection,
  CallErrorCode,
  CallEvent,
  CallParty,
  CallState,
  CallType,
  createNewMatrixCall,
  type MatrixCall,
} from "matrix-js-sdk/lib/webrtc/call";
import { CallEventHandlerEvent } from "matrix-js-sdk/lib/webrtc/callEventHandler";
import { type CallFeed, CallFeedEvent } from "matrix-js-sdk/lib/webrtc/callFeed";
import { Cell } from "./observable";

/** Why a call is over. */
export type CallEnd = "over" | "declined" | "unanswered" | "elsewhere" | "lost" | "noMedia";

/** A call as a screen shows it. It is replaced when anything about it changes. */
export interface Call {
  readonly id: string;
  readonly roomId: string;
  readonly isIncoming: boolean;
  /** Whether it began as a video call. */
  readonly isVideo: boolean;
  readonly phase: "ringing" | "calling" | "connecting" | "connected" | "ended";
  readonly end: CallEnd | null;
  /** Since when both hear each other. */
  readonly connectedAt: number | null;
  readonly isMuted: boolean;
  readonly isCameraOn: boolean;
  readonly isSharing: boolean;
  readonly isOtherMuted: boolean;
  /** What is seen and heard of the other, and whether there is a picture in it. */
  readonly other: MediaStream | null;
  readonly isOtherSeen: boolean;
  readonly otherScreen: MediaStream | null;
  readonly own: MediaStream | null;
}

/** How long the end of a call stays on the screen. */
const END_SHOWN_MS = 2_500;

/** Calls between two people. There is one at a time. */
export class Calls {
  readonly current = new Cell<Call | null>(null);
  readonly #client: MatrixClient;
  #call: MatrixCall | null = null;
  #connectedAt: number | null = null;
  #end: CallEnd | null = null;
  #watched = new Set<CallFeed>();

  constructor(client: MatrixClient) {
    this.#client = client;
    client.on(CallEventHandlerEvent.Incoming, (call) => {
      // Somebody who speaks with another is busy.
      if (this.#isBusy) call.reject();
      else this.#take(call);
    });
  }

  /** The end of a call is still shown for a moment, which keeps nobody from the next one. */
  get #isBusy(): boolean {
    return this.#call !== null && this.#end === null;
  }

  /** Whether this browser can make calls at all. */
  get isPossible(): boolean {
    return this.#client.supportsVoip();
  }

  /** Calls the other person of a conversation. How it goes is seen in `current`. */
  async begin(roomId: string, personId: string, isVideo: boolean): Promise<void> {
    if (this.#isBusy) return;
    const call = createNewMatrixCall(this.#client, roomId, { invitee: personId });
    if (!call) return;
    this.#take(call, isVideo);
    // The credentials of a relay may have run out since the last call.
    await this.#client.checkTurnServers();
    await call.placeCall(true, isVideo).catch(() => this.#finish("noMedia"));
  }

  async answer(withVideo: boolean): Promise<void> {
    await this.#call?.answer(true, withVideo).catch(() => this.#finish("noMedia"));
  }

  hangUp(): void {
    const call = this.#call;
    if (!call) return;
    if (call.state === CallState.Ringing) call.reject();
    else call.hangup(CallErrorCode.UserHangup, false);
  }

  async setMuted(isMuted: boolean): Promise<void> {
    await this.#call?.setMicrophoneMuted(isMuted);
    this.#show();
  }

  async setCamera(isOn: boolean): Promise<void> {
    await this.#call?.setLocalVideoMuted(!isOn);
    this.#show();
  }

  /** Shows the screen or a part of it, which the browser asks for. */
  async setSharing(isSharing: boolean): Promise<void> {
    await this.#call?.setScreensharingEnabled(isSharing);
    this.#show();
  }

  stop(): void {
    if (this.#call && !this.#call.callHasEnded()) this.hangUp();
  }

  #take(call: MatrixCall, isVideo = call.type === CallType.Video): void {
    this.#call = call;
    this.#connectedAt = null;
    this.#end = null;
    const show = () => {
      if (this.#call === call) this.#show(isVideo);
    };
    call.on(CallEvent.State, (state) => {
      if (state === CallState.Connected) this.#connectedAt ??= Date.now();
      if (state === CallState.Ended && this.#call === call) this.#finish(endOf(call));
      else show();
    });
    call.on(CallEvent.FeedsChanged, (feeds) => {
      for (const feed of feeds) this.#watch(feed, show);
      show();
    });
    call.on(CallEvent.Error, ({ code }) => {
      if (this.#call === call && code === CallErrorCode.NoUserMedia) this.#finish("noMedia");
    });
    // Both called at the same moment, and one of the two calls stays.
    call.on(CallEvent.Replaced, (other) => this.#take(other, isVideo));
    for (const feed of call.getFeeds()) this.#watch(feed, show);
    show();
  }

  #watch(feed: CallFeed, show: () => void): void {
    if (this.#watched.has(feed)) return;
    this.#watched.add(feed);
    feed.on(CallFeedEvent.NewStream, show);
    feed.on(CallFeedEvent.MuteStateChanged, show);
  }

  #finish(end: CallEnd): void {
    const call = this.#call;
    if (!call || this.#end) return;
    this.#end = end;
    this.#show();
    setTimeout(() => {
      if (this.#call !== call) return;
      this.#call = null;
      this.#watched.clear();
      this.current.set(null);
    }, END_SHOWN_MS);
  }

  #show(isVideo = this.current.get()?.isVideo ?? false): void {
    const call = this.#call;
    if (!call) return;
    this.current.set({
      id: call.callId,
      roomId: call.roomId,
      isIncoming: call.direction === CallDirection.Inbound,
      isVideo,
      phase: this.#end ? "ended" : phaseOf(call.state),
      end: this.#end,
      connectedAt: this.#connectedAt,
      isMuted: call.isMicrophoneMuted(),
      isCameraOn: call.hasLocalUserMediaVideoTrack && !call.isLocalVideoMuted(),
      isSharing: call.isScreensharing(),
      isOtherMuted: call.remoteUsermediaFeed?.isAudioMuted() ?? false,
      other: call.remoteUsermediaStream ?? null,
      isOtherSeen: call.hasRemoteUserMediaVideoTrack && call.remoteUsermediaFeed?.isVideoMuted() === false,
      otherScreen: call.remoteScreensharingStream ?? null,
      own: call.localUsermediaStream ?? null,
    });
  }
}

function phaseOf(state: CallState): Call["phase"] {
  switch (state) {
    case CallState.Ringing:
      return "ringing";
    case CallState.Connected:
      return "connected";
    case CallState.Ended:
      return "ended";
    case CallState.Connecting:
    case CallState.CreateAnswer:
      return "connecting";
    default:
      return "calling";
  }
}

function endOf(call: MatrixCall): CallEnd {
  switch (call.hangupReason) {
    case CallErrorCode.AnsweredElsewhere:
      return "elsewhere";
    case CallErrorCode.InviteTimeout:
      return "unanswered";
    case CallErrorCode.NoUserMedia:
      return "noMedia";
    case CallErrorCode.UserHangup:
    case undefined:
      break;
    default:
      return "lost";
  }
  const wasOutgoing = call.direction === CallDirection.Outbound;
  const wasNeverHeard = call.remoteUsermediaStream === undefined;
  return wasOutgoing && wasNeverHeard && call.hangupParty === CallParty.Remote ? "declined" : "over";
}
