import { describe, expect, test } from "vitest";
import { normalAddress, ownAddress } from "../../../src/model/server/normal-address.ts";

describe("an address", () => {
  test.each([
    ["https://Deploy.Example.com", "https://deploy.example.com"],
    ["https://deploy.example.com:443/", "https://deploy.example.com"],
    ["http://deploy.example.com:80", "http://deploy.example.com"],
    ["https://deploy.example.com.:8443//", "https://deploy.example.com:8443"],
    ["https://deploy.example.com/ucd/", "https://deploy.example.com/ucd"],
  ])("%s is the same as %s", (one, other) => {
    expect(normalAddress(one)).toBe(normalAddress(other));
  });

  test.each([
    ["https://deploy.example.com:8443", "https://deploy.example.com"],
    ["https://deploy.example.com/ucd", "https://deploy.example.com/UCD"],
    ["https://deploy.example.com", "https://stage.example.com"],
  ])("%s is another than %s", (one, other) => {
    expect(normalAddress(one)).not.toBe(normalAddress(other));
  });

  test("says nothing if it is none, or one that every host has", () => {
    for (const written of ["", "deploy", "https://localhost:8443", "http://127.0.0.1:8080/", "https://[::1]:8443"])
      expect(ownAddress(written)).toBeUndefined();
    expect(ownAddress(undefined)).toBeUndefined();
    expect(ownAddress("https://Deploy.example.com/")).toBe("https://deploy.example.com");
  });
});
