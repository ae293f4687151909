import { useEffect, useRef, useState } from "react";
import { t } from "@/i18n";
import { Notice } from "@/ui/Notice";
import { readCode } from "./qr";
import styles from "./VerificationView.module.css";

const LOOK_EVERY_MS = 200;
const WIDTH_PX = 640;

/** Looks through the camera until it sees a code. */
export function Scanner({ found }: { found: (code: Uint8ClampedArray) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [isRefused, setRefused] = useState(false);
  const told = useRef(found);
  told.current = found;

  useEffect(() => {
    let stream: MediaStream | null = null;
    let timer: ReturnType<typeof setInterval> | undefined;
    let isOver = false;
    const canvas = document.createElement("canvas");
    const look = () => {
      const picture = video.current && pictureIn(video.current, canvas);
      const code = picture && readCode(picture);
      if (!code) return;
      clearInterval(timer);
      told.current(code);
    };
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: "environment", width: WIDTH_PX } })
      .then((camera) => {
        stream = camera;
        if (isOver) stop(camera);
        else if (video.current) video.current.srcObject = camera;
        timer = setInterval(look, LOOK_EVERY_MS);
      })
      .catch(() => setRefused(true));
    return () => {
      isOver = true;
      clearInterval(timer);
      if (stream) stop(stream);
    };
  }, []);

  if (isRefused) return <Notice kind="warning">{t("encryption.noCamera")}</Notice>;
  return <video ref={video} className={styles.camera} autoPlay playsInline muted />;
}

function pictureIn(video: HTMLVideoElement, canvas: HTMLCanvasElement): ImageData | null {
  const { videoWidth: width, videoHeight: height } = video;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!width || !height || !context) return null;
  canvas.width = width;
  canvas.height = height;
  context.drawImage(video, 0, 0);
  return context.getImageData(0, 0, width, height);
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
