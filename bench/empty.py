"""An application that does nothing, to measure ours against: no hooks, no session, no database."""

from flask import Flask, jsonify

app = Flask(__name__)


@app.post("/api/v1/scans")
def scans():
    return jsonify(results=[])


@app.get("/stage")
def stage():
    return "<p>nothing</p>"
