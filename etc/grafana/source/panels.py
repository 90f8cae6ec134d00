"""The parts dashboards are made of: one look, one place.

Every function gives a panel as Grafana's JSON has it. Titles are Indonesian, descriptions English.
"""

DATASOURCE = {"type": "prometheus", "uid": "$datasource"}
MIN_INTERVAL = "30s"  # of the scrape; graphs are never finer than what was measured

GREEN, YELLOW, ORANGE, RED = "green", "yellow", "orange", "red"
BLUE, GREY = "blue", "#8e8e8e"

HEALTH = [  # pantau_ap_health: number, text, colour
    (0, "mati", RED), (1, "terganggu", YELLOW), (2, "berfungsi", GREEN),
    (3, "pemeliharaan", BLUE), (4, "tidak diketahui", GREY), (5, "terputus di hulu", ORANGE)]
HEALTH_NAMES = {"down": RED, "degraded": YELLOW, "up": GREEN, "maintenance": BLUE,
                "unknown": GREY, "unreachable": ORANGE}


def query(expr, legend="", table=False, instant=False, ref="A"):
    made = {"datasource": DATASOURCE, "refId": ref, "expr": expr, "legendFormat": legend or "__auto",
            "interval": MIN_INTERVAL, "editorMode": "code"}
    if table:
        made.update(format="table", instant=True, range=False)
    elif instant:
        made.update(instant=True, range=False)
    else:
        made.update(range=True)
    return made


def queries(*pairs, table=False, instant=False):
    """(expr, legend) pairs, named A, B, C …"""
    return [query(expr, legend, table, instant, chr(ord("A") + i)) for i, (expr, legend) in enumerate(pairs)]


def steps(*pairs):
    """Thresholds: the first colour is that of everything below the first number."""
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for value, color in pairs]}


def values(*rows):
    """Value mappings: (number, text, colour)."""
    return [{"type": "value", "options": {
        str(number): {"text": text, "color": color, "index": i} for i, (number, text, color) in enumerate(rows)}}]


def link(title, uid, *passed, **variables):
    """A data link to another dashboard, with the time range, the datasource and what is chosen in `passed`."""
    parts = ["var-datasource=${datasource}", *["${" + name + ":queryparam}" for name in passed],
             *[f"var-{name}={value}" for name, value in variables.items()]]
    return {"title": title, "url": f"/d/{uid}?${{__url_time_range}}&" + "&".join(parts), "targetBlank": False}


def field(name):
    return "${__data.fields." + name + "}"


def _panel(kind, title, description, targets, defaults, options, overrides=(), transformations=()):
    return {"type": kind, "title": title, "description": description, "datasource": DATASOURCE,
            "targets": targets, "transformations": list(transformations), "options": options,
            "fieldConfig": {"defaults": defaults, "overrides": list(overrides)}}


def stat(title, description, expr, unit="none", thresholds=None, mappings=(), links=(), decimals=None, legend=""):
    defaults = {"unit": unit, "noValue": "tidak ada data", "mappings": list(mappings), "links": list(links),
                "color": {"mode": "thresholds"}, "thresholds": thresholds or steps((None, BLUE))}
    if decimals is not None:
        defaults["decimals"] = decimals
    options = {"colorMode": "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto",
               "textMode": "auto", "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    return _panel("stat", title, description, queries((expr, legend), instant=True), defaults, options)


def graph(title, description, pairs, unit="none", stacked=False, least=None, most=None, colors=None,
          below=None, thresholds=None, table_legend=False):
    """A time series. A gap in the data stays a gap. `below`: a regular expression of series drawn downwards."""
    custom = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 60 if stacked else 8, "showPoints": "never",
              "spanNulls": False, "lineInterpolation": "stepAfter" if stacked else "linear",
              "stacking": {"mode": "normal" if stacked else "none", "group": "A"}}
    defaults = {"unit": unit, "noValue": "tidak ada data", "custom": custom, "color": {"mode": "palette-classic"}}
    if least is not None:
        defaults["min"] = least
    if most is not None:
        defaults["max"] = most
    if thresholds:
        defaults["thresholds"] = thresholds
        custom["thresholdsStyle"] = {"mode": "line"}
    overrides = [{"matcher": {"id": "byName", "options": name},
                  "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": color}}]}
                 for name, color in (colors or {}).items()]
    if below:
        overrides.append({"matcher": {"id": "byRegexp", "options": below},
                          "properties": [{"id": "custom.transform", "value": "negative-Y"}]})
    legend = {"displayMode": "table" if table_legend else "list", "placement": "right" if table_legend else "bottom",
              "showLegend": True, "calcs": ["lastNotNull", "max"] if table_legend else []}
    options = {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}
    return _panel("timeseries", title, description, queries(*pairs), defaults, options, overrides)


def timeline(title, description, expr, legend, mappings=(), thresholds=None, unit="none"):
    """State over time. Where nothing is known nothing is drawn."""
    defaults = {"unit": unit, "noValue": "tidak ada data", "mappings": list(mappings),
                "color": {"mode": "thresholds"}, "thresholds": thresholds or steps((None, GREY)),
                "custom": {"fillOpacity": 80, "lineWidth": 0, "spanNulls": False}}
    options = {"mergeValues": True, "showValue": "never", "alignValue": "left", "rowHeight": 0.85,
               "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
               "tooltip": {"mode": "single", "sort": "none"}}
    return _panel("state-timeline", title, description, queries((expr, legend)), defaults, options)


def bars(title, description, expr, legend, unit="none", links=()):
    defaults = {"unit": unit, "noValue": "tidak ada data", "color": {"mode": "continuous-BlPu"}, "min": 0,
                "links": list(links), "thresholds": steps((None, BLUE))}
    options = {"displayMode": "gradient", "orientation": "horizontal", "showUnfilled": True, "minVizHeight": 12,
               "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    return _panel("bargauge", title, description, queries((expr, legend), instant=True), defaults, options)


def column(name, title=None, unit=None, mappings=None, thresholds=None, links=None, width=None, decimals=None):
    """How a column of a table looks. `name`: a label, or "Value #A" for the value of query A."""
    properties = []
    if title:
        properties.append({"id": "displayName", "value": title})
    if unit:
        properties.append({"id": "unit", "value": unit})
    if decimals is not None:
        properties.append({"id": "decimals", "value": decimals})
    if mappings:
        properties.append({"id": "mappings", "value": mappings})
    if thresholds:
        properties.append({"id": "thresholds", "value": thresholds})
    if mappings or thresholds:
        properties.append({"id": "custom.cellOptions", "value": {"type": "color-text"}})
    if links:
        properties.append({"id": "links", "value": links})
    if width:
        properties.append({"id": "custom.width", "value": width})
    return {"matcher": {"id": "byName", "options": name}, "properties": properties}


def table(title, description, exprs, columns, order, sort_by=None, descending=True, limit=None):
    """One row for each set of labels; the queries are A, B, C … joined by their labels.

    `order`: the columns that are shown, from left to right, as labels and "Value #A"; all others are hidden.
    """
    transformations = [{"id": "merge", "options": {}}]
    if sort_by:
        transformations.append({"id": "sortBy", "options": {"sort": [{"field": sort_by, "desc": descending}]}})
    if limit:
        transformations.append({"id": "limit", "options": {"limitField": limit}})
    transformations.append({"id": "filterFieldsByName", "options": {"include": {"names": order}}})
    transformations.append({"id": "organize", "options": {
        "excludeByName": {}, "renameByName": {}, "indexByName": {name: i for i, name in enumerate(order)}}})
    defaults = {"unit": "none", "noValue": "tidak ada data", "color": {"mode": "thresholds"},
                "thresholds": steps((None, "text")), "custom": {"align": "auto", "filterable": True}}
    options = {"showHeader": True, "cellHeight": "sm", "footer": {"show": False, "reducer": ["sum"], "fields": ""}}
    targets = queries(*[(expr, "") for expr in exprs], table=True)
    return _panel("table", title, description, targets, defaults, options, columns, transformations)


def city_map(title, description, expr, mappings, links):
    """Dots on borders from a file of the Grafana server itself: no tiles, no internet.

    Without the file the ground is plain and the dots are where they belong.
    """
    defaults = {"unit": "none", "noValue": "tidak ada data", "mappings": mappings, "links": links,
                "color": {"mode": "thresholds"}, "thresholds": steps((None, GREY))}
    to_number = {"id": "convertFieldType", "options": {"fields": {}, "conversions": [
        {"targetField": "lat", "destinationType": "number"}, {"targetField": "lon", "destinationType": "number"}]}}
    options = {
        "view": {"id": "fit", "allLayers": False, "layer": "Titik", "padding": 10, "lat": 0, "lon": 0, "zoom": 12},
        "controls": {"showZoom": True, "mouseWheelZoom": False, "showAttribution": False, "showScale": True,
                     "showMeasure": False, "showDebug": False},
        "tooltip": {"mode": "details"},
        "basemap": {"type": "geojson", "name": "Batas kelurahan",
                    "config": {"src": "public/maps/kelurahan.geojson", "rules": [],
                               "style": {"color": {"fixed": GREY}, "opacity": 0.15, "lineWidth": 1}}},
        "layers": [{
            "type": "markers", "name": "Titik", "tooltip": True,
            "location": {"mode": "coords", "latitude": "lat", "longitude": "lon"},
            "config": {"showLegend": True, "style": {
                "color": {"field": "Value", "fixed": GREY}, "opacity": 0.8, "rotation": {"fixed": 0, "mode": "mod"},
                "size": {"fixed": 6, "min": 2, "max": 12},
                "symbol": {"fixed": "img/icons/marker/circle.svg", "mode": "fixed"}}}}]}
    return _panel("geomap", title, description, [query(expr, table=True)], defaults, options,
                  transformations=[to_number])


def variable(name, label, values_of, narrowed_by=""):
    """A choice of label values; "all" is one of them. `narrowed_by`: a selector of variables before it."""
    return {"type": "query", "name": name, "label": label, "datasource": DATASOURCE, "refresh": 2, "sort": 1,
            "query": {"qryType": 1, "refId": "values",
                      "query": f"label_values({values_of}{{{narrowed_by}}}, {name})"},
            "includeAll": True, "allValue": ".*", "multi": True, "hide": 0,
            "current": {"text": ["All"], "value": ["$__all"]}}


def only_one(made):
    """The same choice, for dashboards that show one thing."""
    made = {**made, "includeAll": False, "multi": False, "current": {}}
    del made["allValue"]
    return made


def text_variable(name, label, value):
    return {"type": "textbox", "name": name, "label": label, "query": value, "hide": 0,
            "current": {"text": value, "value": value}}


def dashboard(uid, title, description, variables, lines, tags=(), time_from="now-6h", refresh="1m"):
    """`lines`: rows of (panel, width) with a height; widths of a line add up to 24."""
    panels, y = [], 0
    for height, line in lines:
        x = 0
        for panel, width in line:
            panels.append({"id": len(panels) + 1, "gridPos": {"h": height, "w": width, "x": x, "y": y}, **panel})
            x += width
        y += height
    datasource = {"type": "datasource", "name": "datasource", "label": "Sumber data", "query": "prometheus",
                  "hide": 0, "refresh": 1, "regex": "", "current": {}}
    others = {"type": "dashboards", "title": "pantau", "tags": ["pantau"], "asDropdown": True, "icon": "external link",
              "includeVars": True, "keepTime": True, "targetBlank": False}
    return {"uid": uid, "title": title, "description": description, "tags": ["pantau", *tags], "schemaVersion": 38,
            "version": 1, "editable": True, "graphTooltip": 1, "timezone": "browser", "refresh": refresh,
            "time": {"from": time_from, "to": "now"}, "timepicker": {}, "annotations": {"list": []},
            "links": [others], "templating": {"list": [datasource, *variables]}, "panels": panels}
