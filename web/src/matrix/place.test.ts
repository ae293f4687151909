import { expect, test } from "vitest";
import { pointOf } from "./place";

test.each([
  ["geo:40.85,14.27", { latitude: 40.85, longitude: 14.27 }],
  ["geo:-33.9,151.2;u=35", { latitude: -33.9, longitude: 151.2 }],
  ["geo:1,2,3", { latitude: 1, longitude: 2 }],
  ["geo:91,0", null],
  ["geo:0,181", null],
  ["javascript:1,2", null],
  ["", null],
])("%s is a point or none", (uri, point) => {
  expect(pointOf(uri)).toEqual(point);
});
