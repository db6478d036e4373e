#!/usr/bin/env python3
"""page_in_browser.py PAGE SCREENSHOTS: the page of fleet_world.py's thousand hosts, in Chromium. SCREENSHOTS is a folder."""
import os, sys
from browser import Browser

page, folder = "file://" + os.path.realpath(sys.argv[1]), sys.argv[2]


def promise(text):
    print("--", text, flush=True)


def same(wanted, found):
    if wanted != found:
        sys.exit(f"BROKEN: {found!r}, not {wanted!r}")


SHOWN = "[...document.querySelectorAll('#fleet tbody tr')].filter(row => !row.hidden)"
FIRST = "document.querySelector('#fleet tbody th').firstChild.data"


def contrast(browser, selector):
    """Of text against what is behind it (WCAG 2.1)."""
    return browser.value("""(() => {
      const light = color => color.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
        .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
      const element = document.querySelector(%r);
      let behind = element;
      while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
      const [a, b] = [light(getComputedStyle(element).color), light(getComputedStyle(behind).backgroundColor)].sort((a, b) => b - a);
      return (a + .05) / (b + .05);
    })()""" % selector)


with Browser() as browser:
    promise("it opens from a file with nothing to complain of, and fetches nothing")
    browser.open(page)
    same([], browser.complaints())
    same("CRITICAL: halfday, 998 of 1000 certificates served", browser.value("document.title"))
    same("1000 of 1000", browser.value("document.getElementById('found').textContent"))

    promise("what a hostile host says is text")
    same(1, browser.value("document.scripts.length"))
    same(0, browser.value("document.images.length"))
    same(True, browser.value("document.querySelector('article:last-of-type p').textContent.includes('<img src=x onerror=alert(1)>')"))

    promise("the policy keeps out any other script and style")
    browser.value("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title=1\"><p id=styled style=\"color:red\">')")
    browser.value("document.body.append(Object.assign(document.createElement('script'), {textContent: 'document.title = 2'}))")
    same("CRITICAL: halfday, 998 of 1000 certificates served", browser.value("document.title"))
    same(False, browser.value("getComputedStyle(document.getElementById('styled')).color === 'rgb(255, 0, 0)'"))

    promise("search, filter and sort work by keyboard alone")
    browser.open(page)
    browser.key("/", "/")
    same("search", browser.value("document.activeElement.id"))
    browser.type("web00 timed")
    same(1, browser.value(SHOWN + ".length"))
    browser.key("Escape")
    same(1000, browser.value(SHOWN + ".length"))
    browser.key("Tab")
    same("state", browser.value("document.activeElement.id"))
    browser.type("f")  # failing
    same(4, browser.value(SHOWN + ".length"))
    browser.type("a")
    browser.key("Tab")  # the table's region
    browser.key("Tab")
    same("Host", browser.value("document.activeElement.textContent"))
    browser.key("Enter", "\r")
    same("web0001.example.org", browser.value(FIRST))
    browser.key("Enter", "\r")
    same("web1000.example.org", browser.value(FIRST))
    same("descending", browser.value("document.activeElement.parentElement.ariaSort"))
    browser.key("Tab")
    browser.key("Tab")
    browser.key("Enter", "\r")  # what is left
    same("web0004.example.org", browser.value(FIRST))

    promise("it says what it is to those who don't see it")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    named = {(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")}
    for wanted in (("heading", "What fails"), ("image", "nothing is served"), ("columnheader", "Life"),
                   ("searchbox", "Find"), ("combobox", "State"), ("rowheader", "web0002.example.org www")):
        if wanted not in named:
            sys.exit(f"BROKEN: no {wanted}")
    for node in nodes:
        role, name = node["role"]["value"], node.get("name", {}).get("value")
        if not node.get("ignored") and role in ("image", "button", "link", "searchbox", "combobox", "region", "table") and not name:
            sys.exit(f"BROKEN: a {role} has no name")

    promise("it is all there without script, the most urgent first")
    browser.open(page, script=False)
    same(1000, browser.value("document.querySelectorAll('#fleet tbody tr').length"))
    same("web0004.example.org", browser.value(FIRST))
    same(0, browser.value("document.getElementById('find').getClientRects().length + document.querySelectorAll('th button').length"))

    promise("it is readable in light and dark, and on a phone")
    for name, width, scheme in (("light", 1200, "light"), ("dark", 1200, "dark"), ("phone", 390, "light")):
        browser.open(page, width=width, scheme=scheme)
        same(width, browser.value("document.documentElement.scrollWidth"))
        for selector in ("body", ".soft", ".word.OK", ".word.WARNING", ".word.CRITICAL", "a", "td .problem"):
            ratio = contrast(browser, selector)
            if ratio < 4.5:
                sys.exit(f"BROKEN: {selector} has a contrast of {ratio:.1f} in {name}")
        browser.screenshot(f"{folder}/{name}.png")
        if os.path.getsize(f"{folder}/{name}.png") < 20000:
            sys.exit(f"BROKEN: {name} is nearly empty")

    promise("an old page says so")
    same(True, browser.value("document.getElementById('stale').hidden"))
    browser.value("Date.now = (now => () => now + 3700 * 1000)(Date.now())")
    browser.value("document.dispatchEvent(new Event('visibilitychange'))")
    same(False, browser.value("document.getElementById('stale').hidden"))
